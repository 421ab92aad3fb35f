import type { FieldKind } from "./field-kind.ts";

export const jsonKind: FieldKind = {
  type: "json",
  icon: "json",
  title: "fields.json",
  required: "fields.required.json",
  defaults: { maxSize: 0 },
  filled: ({ name }) => `${name} != null`,
};
