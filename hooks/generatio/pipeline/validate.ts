import type { RecordModel } from "generatio";
import { invalidField } from "../errors.ts";
import { findLiveFolder } from "../library/folders.ts";
import { findModel } from "../models/catalogue.ts";
import type { Model } from "../models/model.ts";
import { type Parameters, parametersSchema, withDefaults } from "../models/parameters.ts";
import { findPreferences } from "../preferences.ts";
import type { Product } from "../product.ts";
import { parseInput } from "../validation.ts";
import type { PictureWish } from "./request.ts";

/** The model that a wish names. @throws ProductError */
export function chooseModel(wish: PictureWish): Model {
  const model = findModel(wish.model);
  if (!model) throw invalidField("model", "is not a known model", "validation_unknown_model");
  return model;
}

/**
 * Step 4: what the user asked for, over the saved preferences, over the documented defaults; all of it
 * checked.
 *
 * @throws ProductError naming what is wrong
 */
export async function validate(
  { app }: Product,
  user: RecordModel,
  { wish, model }: { wish: PictureWish; model: Model },
): Promise<Parameters> {
  if (wish.prompt.length > model.promptMax) {
    throw invalidField(
      "prompt",
      `must have at most ${model.promptMax} characters`,
      "validation_too_long",
    );
  }
  const asked = parseInput(parametersSchema(model), wish.parameters, "parameters");
  const preferences = await findPreferences(app, user.id, model);
  if (wish.folderId !== "") await findLiveFolder(app, user.id, wish.folderId, "collection_id");
  return withDefaults(model, { ...preferences, ...asked });
}
