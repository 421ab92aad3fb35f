import type { FieldKind } from "./field-kind.ts";

export const passwordKind: FieldKind = {
  type: "password",
  icon: "lock",
  title: "fields.password",
  required: "fields.required.nonempty",
  defaults: { min: 8, max: 0, pattern: "", cost: 0 },
  isFixed: true,
  // Nobody can ask for passwords.
  filled: () => "",
};
