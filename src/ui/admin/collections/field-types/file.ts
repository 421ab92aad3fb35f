import type { FieldKind } from "./field-kind.ts";
import { filledList, listModifiers, singleLoss } from "./multiple-values.ts";

export const fileKind: FieldKind = {
  type: "file",
  icon: "file",
  title: "fields.file",
  required: "fields.required.nonempty",
  defaults: { maxSelect: 1, maxSize: 0, mimeTypes: [], thumbs: [], protected: false },
  modifiers: listModifiers,
  filled: filledList,
  losses: singleLoss,
};
