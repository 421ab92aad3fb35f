import type { CollectionModel } from "pocketbase";
import type { FormErrors } from "../api/form-errors.ts";
import { isAuth } from "./changes.ts";

export type EditorTab = "fields" | "query" | "rules" | "options";

/** The parts of the editor that a collection has. */
export function tabsOf(collection: CollectionModel): EditorTab[] {
  if (collection.type === "view") return ["query", "rules"];
  return isAuth(collection) ? ["fields", "rules", "options"] : ["fields", "rules"];
}

/** The parts in which the server has found something, in their order. */
export function tabsWithErrors(
  tabs: readonly EditorTab[],
  errors: FormErrors,
): readonly EditorTab[] {
  const found = new Set(Object.keys(errors).map((path) => tabOf(path)));
  return tabs.filter((tab) => found.has(tab));
}

/** The part that shows the error of a path; undefined for what stands above all of them. */
function tabOf(path: string): EditorTab | undefined {
  const [root = ""] = path.split(".");
  if (["", "name", "type", "id"].includes(root)) return undefined;
  if (root === "fields" || root === "indexes") return "fields";
  if (root === "viewQuery") return "query";
  return root.endsWith("Rule") ? "rules" : "options";
}
