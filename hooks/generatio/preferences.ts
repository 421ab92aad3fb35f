import { type App, type RecordModel, ValidationError } from "generatio";
import type { Model } from "./models/model.ts";
import { type Parameters, parametersSchema } from "./models/parameters.ts";
import type { Product } from "./product.ts";
import { USERS } from "./tokens/stored-keys.ts";

const PREFERENCES = "model_preferences";

/** A user's saved parameters of a model; undefined when nothing was saved. */
export async function findPreferences(
  app: App,
  userId: string,
  model: Model,
): Promise<Parameters | undefined> {
  const record = await findRecord(app, userId, model);
  return record && ((record.getJson("preferences") ?? {}) as Parameters);
}

/** Saves them in place of the ones before. @param preferences checked against the model */
export async function savePreferences(
  app: App,
  userId: string,
  saved: { model: Model; preferences: Parameters },
): Promise<void> {
  await app.runInTransaction(async (tx) => {
    const existing = await findRecord(tx, userId, saved.model);
    const record =
      existing ?? tx.newRecord(PREFERENCES, { user_id: userId, model_name: saved.model.id });
    record.set("preferences", saved.preferences);
    await tx.save(record);
  });
}

async function findRecord(
  app: App,
  userId: string,
  model: Model,
): Promise<RecordModel | undefined> {
  const filter = "user_id = {:userId} && model_name = {:name}";
  const params = { userId, name: model.id };
  const [record] = await app.findRecordsByFilter(PREFERENCES, filter, { params, limit: 1 });
  return record;
}

/** Keeps the collection right whoever writes it, and the user's list of preferences complete. */
export function bindPreferenceHooks(product: Product): void {
  const { app } = product;
  app.onRecordValidate(PREFERENCES).bind({
    id: "genValidatePreferences",
    func: (event) => {
      const problem = problemOf(product, event.record);
      if (problem) throw new ValidationError({ [problem.field]: problem });
      return event.next();
    },
  });
  app.onRecordCreate(PREFERENCES).bind({
    id: "genListPreferences",
    func: async (event) => {
      const outer = event.app;
      try {
        await outer.runInTransaction(async (tx) => {
          event.app = tx;
          await event.next();
          const user = await tx.findRecordById(USERS, event.record.getString("user_id"));
          user.set("model_preferences+", event.record.id);
          await tx.save(user);
        });
      } finally {
        event.app = outer;
      }
    },
  });
}

function problemOf({ catalogue }: Product, record: RecordModel) {
  const model = catalogue.find(record.getString("model_name"));
  if (!model || model.id !== record.getString("model_name")) {
    return {
      field: "model_name",
      code: "validation_unknown_model",
      message: "Is not a known model.",
    };
  }
  const result = parametersSchema(model).safeParse(record.getJson("preferences") ?? {});
  const [issue] = result.error?.issues ?? [];
  if (!issue) return undefined;
  const where = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  return {
    field: "preferences",
    code: "validation_invalid_parameters",
    message: `${where}${issue.message}`,
  };
}
