import type { App } from "../app.ts";
import type { Field } from "../fields/field.ts";
import { isCausedByInput, rawErrorText } from "./raw-error.ts";
import { saveCollection } from "./save.ts";
import { fieldsText } from "./serialize.ts";
import { inferViewFields } from "./view-fields.ts";

/**
 * Saves every other view whose fields have become different by a change to a collection, all in one
 * transaction.
 *
 * @throws Error that names every view whose query does not work any more
 */
export async function resaveDependentViews(app: App, exceptId: string): Promise<void> {
  const views = app.collections.all().filter(({ isView, id }) => isView && id !== exceptId);
  if (views.length === 0) return;
  await app.runInTransaction(async (tx) => {
    const problems: string[] = [];
    for (const view of views) {
      try {
        const fields = await inferViewFields(tx, view.view!.viewQuery);
        if (comparable(fields) !== comparable(view.fields)) {
          await saveCollection(tx, view.clone(), { validate: true });
        }
      } catch (error) {
        if (!isCausedByInput(error)) throw error;
        problems.push(`[${view.name}] ${rawErrorText(error)}`);
      }
    }
    if (problems.length > 0) throw new Error(problems.join("\n"));
  });
}

/** Copied fields get a new id each time. */
function comparable(fields: readonly Field[]): string {
  return fieldsText(fields.map((field) => ({ ...field, id: "" }))).toLowerCase();
}
