import type { FieldKind } from "./field-kind.ts";

export const numberKind: FieldKind = {
  type: "number",
  icon: "number",
  title: "fields.number",
  required: "fields.required.nonzero",
  defaults: { min: null, max: null, onlyInt: false },
  filled: ({ name }) => `${name} != 0`,
};
