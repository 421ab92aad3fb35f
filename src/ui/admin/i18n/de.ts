import type { Translation } from "./catalogue.ts";
import type { English } from "./en.ts";
import { auth } from "./de/auth.ts";
import { collections } from "./de/collections.ts";
import { errors } from "./de/errors.ts";
import { kit } from "./de/kit.ts";
import { records } from "./de/records.ts";
import { shell } from "./de/shell.ts";
import { superusers } from "./de/superusers.ts";
import { fields } from "./de/fields.ts";
import { indexes } from "./de/indexes.ts";
import { rules } from "./de/rules.ts";
import { views } from "./de/views.ts";
import { options } from "./de/options.ts";
import { overview } from "./de/overview.ts";

/** Every text in German. */
export const de: Translation<English> = {
  ...kit,
  ...shell,
  ...auth,
  ...collections,
  ...records,
  ...superusers,
  ...fields,
  ...indexes,
  ...rules,
  ...views,
  ...options,
  ...overview,
  ...errors,
};
