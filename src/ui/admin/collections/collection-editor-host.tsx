import { lazy } from "../shell/lazy.tsx";
import { editing } from "./editing.ts";

const CollectionEditor = lazy(
  async () => (await import("./collection-editor.tsx")).CollectionEditor,
);

/** Shows the editor while a collection is edited. */
export function CollectionEditorHost() {
  const open = editing.value;
  return open ? <CollectionEditor key={open.id} {...open} /> : null;
}
