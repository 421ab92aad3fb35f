import type { ValuesOf } from "./catalogue.ts";
import { auth } from "./en/auth.ts";
import { collections } from "./en/collections.ts";
import { errors } from "./en/errors.ts";
import { kit } from "./en/kit.ts";
import { records } from "./en/records.ts";
import { shell } from "./en/shell.ts";
import { superusers } from "./en/superusers.ts";
import { fields } from "./en/fields.ts";
import { indexes } from "./en/indexes.ts";
import { rules } from "./en/rules.ts";
import { views } from "./en/views.ts";
import { options } from "./en/options.ts";
import { overview } from "./en/overview.ts";

/** Every text of the UI. A key begins with the name of its section. */
export const en = {
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
} as const;

export type English = typeof en;
export type TextKey = keyof English;

/** A text that needs no values. */
export type PlainKey = {
  [Key in TextKey]: ValuesOf<English[Key]> extends [] ? Key : never;
}[TextKey];
