import type { MicroDollars } from "../spending/money.ts";
import type { Model } from "./model.ts";
import { imageCount, type Parameters } from "./parameters.ts";

/** What a request will cost at most. */
export function estimatePrice(model: Model, parameters: Parameters): MicroDollars {
  return pricePerImage(model, parameters) * imageCount(parameters);
}

export function pricePerImage(model: Model, parameters: Parameters): MicroDollars {
  return model.priceOf?.(parameters) ?? model.price;
}
