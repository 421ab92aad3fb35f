import type { FieldKind } from "./field-kind.ts";

export const autodateKind: FieldKind = {
  type: "autodate",
  icon: "clock",
  title: "fields.autodate",
  required: undefined,
  defaults: { onCreate: true, onUpdate: false },
  filled: ({ name }) => `${name} != ""`,
};
