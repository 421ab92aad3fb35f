import type { Model } from "./model.ts";
import type { Parameters } from "./parameters.ts";

// Tokens of one picture by quality and size, as the vendor's guide lists them for its image models.
const OUTPUT_TOKENS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  low: { "1024x1024": 272, "1024x1536": 408, "1536x1024": 400 },
  medium: { "1024x1024": 1056, "1024x1536": 1584, "1536x1024": 1568 },
  high: { "1024x1024": 4160, "1024x1536": 6240, "1536x1024": 6208 },
};
const TOKEN_PRICES = { textIn: 5, imageIn: 8, imageOut: 30 } as const;

/** The table's figure; the bill goes by the tokens that the answer counts, the prompt's included. */
function priceOf(parameters: Parameters): number {
  const byQuality = OUTPUT_TOKENS[String(parameters["quality"] ?? "medium")] ?? {};
  const tokens = byQuality[String(parameters["size"] ?? "1024x1024")] ?? 1056;
  return tokens * TOKEN_PRICES.imageOut;
}

export const OPENAI_MODELS: readonly Model[] = [
  {
    id: "gpt-image-2.5-flare",
    // Retired by the vendor in its favour.
    aliases: ["dall-e-3", "gpt-image-1"],
    displayName: "GPT Image 2.5 Flare",
    description: "Follows long and detailed prompts",
    provider: "openai",
    endpoint: "gpt-image-2.5-flare",
    plans: ["enterprise"],
    price: priceOf({}),
    priceOf,
    tokenPrices: TOKEN_PRICES,
    vendorPricing: {
      unit: "token",
      amount: 0.00003,
      source: "https://platform.openai.com/docs/pricing",
      checked_at: "2026-11-21",
    },
    typicalMs: 15_000,
    promptMax: 32_000,
    wireNames: { num_images: "n" },
    sendsDefaultsOf: ["size", "quality", "num_images"],
    sizing: "size",
    parameters: {
      size: {
        type: "string",
        default: "1024x1024",
        options: ["1024x1024", "1536x1024", "1024x1536"],
        description: "Width and height in pixels",
      },
      quality: {
        type: "string",
        default: "medium",
        options: ["low", "medium", "high"],
        description: "Effort, and price",
      },
      num_images: {
        type: "integer",
        default: 1,
        min: 1,
        max: 10,
        description: "Number of images to generate",
      },
      background: {
        type: "string",
        default: "auto",
        options: ["auto", "opaque", "transparent"],
        description: "Transparent needs png or webp",
      },
      output_format: {
        type: "string",
        default: "png",
        options: ["png", "jpeg", "webp"],
        description: "File format of the result",
      },
    },
  },
];
