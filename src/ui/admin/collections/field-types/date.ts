import type { FieldKind } from "./field-kind.ts";

export const dateKind: FieldKind = {
  type: "date",
  icon: "calendar",
  title: "fields.date",
  required: "fields.required.nonempty",
  defaults: { min: "", max: "" },
  filled: ({ name }) => `${name} != ""`,
};
