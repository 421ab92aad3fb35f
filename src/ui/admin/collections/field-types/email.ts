import type { FieldKind } from "./field-kind.ts";

export const emailKind: FieldKind = {
  type: "email",
  icon: "email",
  title: "fields.email",
  required: "fields.required.nonempty",
  defaults: { exceptDomains: [], onlyDomains: [] },
  modifiers: () => ["lower"],
  filled: ({ name }) => `${name} != ""`,
};
