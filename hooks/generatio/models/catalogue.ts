import { toDollars } from "../spending/money.ts";
import { FAL_MODELS } from "./fal.ts";
import { MOCK_MODELS } from "./mock.ts";
import { OPENAI_MODELS } from "./openai.ts";
import { REPLICATE_MODELS } from "./replicate.ts";
import type { Model, ParameterSpec, VendorPricing } from "./model.ts";

/** Every model on offer, in the order it is listed. */
export const MODELS: readonly Model[] = [
  ...FAL_MODELS,
  ...REPLICATE_MODELS,
  ...OPENAI_MODELS,
  ...MOCK_MODELS,
];

/** Of requests that name none: document 003's. */
export const DEFAULT_MODEL = "flux-schnell";

const byName = new Map(
  MODELS.flatMap((model) =>
    [model.id, model.endpoint, ...(model.aliases ?? [])].map((name) => [name, model] as const),
  ),
);

/** @param name the public id, the vendor's endpoint id, or an alias */
export function findModel(name: string): Model | undefined {
  return byName.get(name);
}

/** A row of `GET generate/models`. */
export interface ModelListing {
  readonly name: string;
  readonly display_name: string;
  readonly description: string;
  readonly cost_per_image: number;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly provider: string;
  readonly endpoint: string;
  readonly pricing: VendorPricing & { readonly currency: "USD" };
}

export function toListing(model: Model): ModelListing {
  return {
    name: model.id,
    display_name: model.displayName,
    description: model.description,
    cost_per_image: toDollars(model.price),
    parameters: model.parameters,
    provider: model.provider,
    endpoint: model.endpoint,
    pricing: { ...model.vendorPricing, currency: "USD" },
  };
}
