import { auth } from "./en/auth.ts";
import { collections } from "./en/collections.ts";
import { errors } from "./en/errors.ts";
import { kit } from "./en/kit.ts";
import { records } from "./en/records.ts";
import { shell } from "./en/shell.ts";
import { superusers } from "./en/superusers.ts";

/** Every text of the UI. A key begins with the name of its section. */
export const en = {
  ...kit,
  ...shell,
  ...auth,
  ...collections,
  ...records,
  ...superusers,
  ...errors,
} as const;

export type English = typeof en;
export type TextKey = keyof English;
