import type { FieldKind } from "./field-kind.ts";

export const urlKind: FieldKind = {
  type: "url",
  icon: "link",
  title: "fields.url",
  required: "fields.required.nonempty",
  defaults: { exceptDomains: [], onlyDomains: [] },
  modifiers: () => ["lower"],
  filled: ({ name }) => `${name} != ""`,
};
