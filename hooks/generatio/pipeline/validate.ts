import type { RecordModel } from "generatio";
import { invalidField } from "../errors.ts";
import { findLiveFolder } from "../library/folders.ts";
import { DEFAULT_MODEL, type FoundModel } from "../models/catalogue.ts";
import type { Model, Task } from "../models/model.ts";
import { type Parameters, parametersSchema, withDefaults } from "../models/parameters.ts";
import { findPreferences } from "../preferences.ts";
import type { Product } from "../product.ts";
import { parseInput } from "../validation.ts";
import { type Funding, isOnOffer, modelsOnOffer } from "./fund.ts";
import type { PictureWish } from "./request.ts";
import { fitSize } from "./size.ts";
import type { KeyRing } from "../tokens/key-ring.ts";

/**
 * The model that a wish names, or the one for wishes that name none.
 *
 * @throws ProductError for one that is not on offer here
 */
export function chooseModel(
  product: Product,
  { model: name, task = "generate", pictures }: PictureWish,
  { userId, keys }: { userId: string; keys: KeyRing | undefined },
): FoundModel {
  if (name === "" && task !== "generate") {
    return chooseFor(product, { task, hasMask: pictures?.mask !== undefined, userId, keys });
  }
  const found = product.catalogue.resolve(name === "" ? DEFAULT_MODEL : name);
  if (!found || (name !== "" && !isOnOffer(product, found.model, userId))) {
    throw invalidField("model", "is not a known model", "validation_unknown_model");
  }
  if (!found.model.tasks.includes(task)) {
    throw invalidField("model", `does not ${VERBS[task]}`, "validation_wrong_task");
  }
  return found;
}

const VERBS: Readonly<Record<Task, string>> = {
  generate: "make pictures from texts alone",
  edit: "edit pictures",
  upscale: "enlarge pictures",
  "remove-background": "remove backgrounds",
  variations: "make variations",
};

/** The first of the catalogue that does it and can be paid; test patterns only by name. */
function chooseFor(
  product: Product,
  {
    task,
    hasMask,
    userId,
    keys,
  }: { task: Task; hasMask: boolean; userId: string; keys: KeyRing | undefined },
): FoundModel {
  const able = modelsOnOffer(product, userId).filter(
    ({ tasks, input, provider }) =>
      tasks.includes(task) &&
      provider !== "mock" &&
      (hasMask ? input?.mask !== undefined : !input?.needsMask),
  );
  const { serverKeys } = product.settings;
  const payable = able.find(
    ({ provider }) => keys?.has(provider) === true || serverKeys.has(provider),
  );
  const model = payable ?? able[0];
  if (model) return { model, warnings: [] };
  throw invalidField("model", "is required: none does this here", "validation_unknown_model");
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
  { wish, model, funding }: { wish: PictureWish; model: Model; funding: Funding },
): Promise<{ readonly parameters: Parameters; readonly warnings: readonly string[] }> {
  const needsPrompt = wish.task === "edit" && model.takesPrompt !== false;
  if (needsPrompt && wish.prompt.trim() === "") {
    throw invalidField("prompt", "is required", "validation_required");
  }
  if (wish.prompt.length > model.promptMax) {
    throw invalidField(
      "prompt",
      `must have at most ${model.promptMax} characters`,
      "validation_too_long",
    );
  }
  const asked = parseInput(parametersSchema(model), wish.parameters, "parameters");
  if (funding.source === "server") checkOwnKeyOnly(model, asked);
  const saved = await findPreferences(app, user.id, model);
  const preferences = funding.source === "server" ? withoutOwnKeyOnly(model, saved) : saved;
  if (wish.folderId !== "") await findLiveFolder(app, user.id, wish.folderId, "collection_id");
  const fitted = fitSize(model, wish);
  const parameters = withDefaults(model, { ...preferences, ...asked, ...fitted.parameters });
  return { parameters, warnings: fitted.warnings };
}

/** Saved for use with a key of one's own, it does not count on the server's. */
function withoutOwnKeyOnly(model: Model, saved: Parameters | undefined): Parameters {
  const entries = Object.entries(saved ?? {});
  return Object.fromEntries(entries.filter(([name]) => !model.parameters[name]?.own_key_only));
}

/** @throws ProductError for what the server's own account does not allow */
function checkOwnKeyOnly(model: Model, asked: Parameters): void {
  for (const [name, value] of Object.entries(asked)) {
    const spec = model.parameters[name];
    if (!spec?.own_key_only || value === spec.default) continue;
    throw invalidField(`parameters.${name}`, "can only be changed with a key of one's own");
  }
}
