import type { FieldKind } from "./field-kind.ts";
import { filledList, listModifiers, singleLoss } from "./multiple-values.ts";

export const relationKind: FieldKind = {
  type: "relation",
  icon: "relation",
  title: "fields.relation",
  required: "fields.required.nonempty",
  defaults: { collectionId: "", cascadeDelete: false, minSelect: 0, maxSelect: 1 },
  modifiers: listModifiers,
  filled: filledList,
  losses: singleLoss,
};
