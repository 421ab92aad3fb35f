import type { FieldKind } from "./field-kind.ts";

export const editorKind: FieldKind = {
  type: "editor",
  icon: "editor",
  title: "fields.editor",
  required: "fields.required.nonempty",
  defaults: { maxSize: 0, convertURLs: false },
  modifiers: () => ["lower"],
  filled: ({ name }) => `${name} != ""`,
};
