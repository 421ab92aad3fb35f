import type { Translation } from "./catalogue.ts";
import type { English } from "./en.ts";
import { auth } from "./fr/auth.ts";
import { collections } from "./fr/collections.ts";
import { errors } from "./fr/errors.ts";
import { kit } from "./fr/kit.ts";
import { records } from "./fr/records.ts";
import { shell } from "./fr/shell.ts";
import { superusers } from "./fr/superusers.ts";

/** Every text in French. */
export const fr: Translation<English> = {
  ...kit,
  ...shell,
  ...auth,
  ...collections,
  ...records,
  ...superusers,
  ...errors,
};
