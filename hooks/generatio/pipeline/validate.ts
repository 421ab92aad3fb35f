import type { RecordModel } from "generatio";
import { invalidField } from "../errors.ts";
import { findLiveFolder } from "../library/folders.ts";
import { DEFAULT_MODEL, type FoundModel } from "../models/catalogue.ts";
import type { Model } from "../models/model.ts";
import { type Parameters, parametersSchema, withDefaults } from "../models/parameters.ts";
import { findPreferences } from "../preferences.ts";
import type { Product } from "../product.ts";
import { parseInput } from "../validation.ts";
import { isOnOffer } from "./fund.ts";
import type { PictureWish } from "./request.ts";
import { fitSize } from "./size.ts";

/**
 * The model that a wish names, or the one for wishes that name none.
 *
 * @throws ProductError for one that is not on offer here
 */
export function chooseModel(product: Product, { model: name }: PictureWish): FoundModel {
  const found = product.catalogue.resolve(name === "" ? DEFAULT_MODEL : name);
  if (found && (name === "" || isOnOffer(product, found.model))) return found;
  throw invalidField("model", "is not a known model", "validation_unknown_model");
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
): Promise<{ readonly parameters: Parameters; readonly warnings: readonly string[] }> {
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
  const fitted = fitSize(model, wish);
  const parameters = withDefaults(model, { ...preferences, ...asked, ...fitted.parameters });
  return { parameters, warnings: fitted.warnings };
}
