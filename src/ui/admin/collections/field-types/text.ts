import type { FieldKind } from "./field-kind.ts";

export const textKind: FieldKind = {
  type: "text",
  icon: "text",
  title: "fields.text",
  required: "fields.required.nonempty",
  defaults: { min: 0, max: 0, pattern: "", autogeneratePattern: "" },
  modifiers: () => ["lower"],
  filled: ({ name }) => `${name} != ""`,
};
