import type { Translation } from "./catalogue.ts";
import type { English } from "./en.ts";
import { auth } from "./fr/auth.ts";
import { collections } from "./fr/collections.ts";
import { errors } from "./fr/errors.ts";
import { kit } from "./fr/kit.ts";
import { records } from "./fr/records.ts";
import { shell } from "./fr/shell.ts";
import { superusers } from "./fr/superusers.ts";
import { fields } from "./fr/fields.ts";
import { indexes } from "./fr/indexes.ts";
import { rules } from "./fr/rules.ts";
import { views } from "./fr/views.ts";
import { options } from "./fr/options.ts";
import { overview } from "./fr/overview.ts";

/** Every text in French. */
export const fr: Translation<English> = {
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
