import type { FieldKind } from "./field-kind.ts";

export const geoPointKind: FieldKind = {
  type: "geoPoint",
  icon: "map",
  title: "fields.geoPoint",
  required: "fields.required.nonzero",
  defaults: {},
  filled: ({ name }) => `(${name}.lon != 0 || ${name}.lat != 0)`,
};
