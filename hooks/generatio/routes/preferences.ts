import { z } from "zod";
import { userOf } from "../caller.ts";
import { notFound } from "../errors.ts";
import type { Model } from "../models/model.ts";
import { parametersSchema } from "../models/parameters.ts";
import { isOnOffer } from "../pipeline/fund.ts";
import { findPreferences, savePreferences } from "../preferences.ts";
import type { Product } from "../product.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";

const modelName = z.string().min(1).max(200);
const getBody = z.object({ model_name: modelName });
const saveBody = z.object({
  model_name: modelName,
  preferences: z.record(z.string(), z.unknown()),
});

export function addPreferenceRoutes(group: RouteGroup, product: Product): void {
  const { app } = product;
  const show = async (userId: string, asked: unknown) => {
    const { model_name: name } = parseInput(getBody, asked);
    const preferences = await findPreferences(app, userId, knownModel(product, userId, name));
    return {
      model_name: name,
      has_preferences: preferences !== undefined,
      preferences: preferences ?? {},
    };
  };
  group.post("/preferences/get", async (event) => show(userOf(event).id, await event.body()));
  group.get("/preferences/get", (event) =>
    show(userOf(event).id, { model_name: event.query.get("model_name") }),
  );

  group.post("/preferences/save", async (event) => {
    const user = userOf(event);
    const body = parseInput(saveBody, await event.body());
    const model = knownModel(product, user.id, body.model_name);
    const preferences = parseInput(parametersSchema(model), body.preferences, "preferences");
    await savePreferences(app, user.id, { model, preferences });
    return { success: true, message: "Preferences saved successfully" };
  });
}

function knownModel(product: Product, userId: string, name: string): Model {
  const model = product.catalogue.find(name);
  if (!model || !isOnOffer(product, model, userId))
    throw notFound("There is no such model.", "model_name");
  return model;
}
