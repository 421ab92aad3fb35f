import type { FieldKind } from "./field-kind.ts";

export const boolKind: FieldKind = {
  type: "bool",
  icon: "bool",
  title: "fields.bool",
  required: "fields.required.true",
  defaults: {},
  filled: ({ name }) => `${name} = true`,
};
