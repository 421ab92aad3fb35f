import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { describeViewFields } from "../collections/view-fields.ts";
import { fieldType } from "../fields/index.ts";
import type { Field } from "../fields/field.ts";
import type { RecordModel } from "../records/record.ts";

/** Views of views of views … are followed this far (PocketBase: FindRecordByViewFile). */
const MAX_LEVELS = 5;

/**
 * Finds the record that owns a file which a view shows: the field is followed to the first collection that is
 * no view, then the record that holds the file's name.
 *
 * @returns undefined when the trail ends or nobody holds the name any more
 */
export async function findViewFileOwner(
  app: App,
  view: Collection,
  fieldName: string,
  fileName: string,
): Promise<RecordModel | undefined> {
  const origin = traceField(app, view, fieldName);
  if (!origin) return undefined;
  const { collection, field } = origin;
  const isMultiple = fieldType(field).isMultiple?.(field) === true;
  const filter = isMultiple ? `${field.name}:each ?= {:name}` : `${field.name} = {:name}`;
  return app.findFirstRecordByFilter(collection, filter, { name: fileName });
}

interface Origin {
  readonly collection: Collection;
  readonly field: Field;
}

function traceField(app: App, view: Collection, fieldName: string): Origin | undefined {
  let [current, name] = [view, fieldName];
  for (let level = 1; level <= MAX_LEVELS; level++) {
    const { collection, original } =
      describeViewFields(app, current.view?.viewQuery ?? "").get(name) ?? {};
    if (!collection || !original) return undefined;
    if (!collection.isView) return { collection, field: original };
    [current, name] = [collection, original.name];
  }
  return undefined;
}
