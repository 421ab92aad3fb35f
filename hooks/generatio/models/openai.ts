import type { Model, RetiredModel } from "./model.ts";
import { outputFormat } from "./parameter-specs.ts";
import type { Parameters } from "./parameters.ts";

// Tokens of one picture by quality and size, as the vendor's guide lists them for its image models.
const OUTPUT_TOKENS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  low: { "1024x1024": 272, "1024x1536": 408, "1536x1024": 400 },
  medium: { "1024x1024": 1056, "1024x1536": 1584, "1536x1024": 1568 },
  high: { "1024x1024": 4160, "1024x1536": 6240, "1536x1024": 6208 },
};
const TOKEN_PRICES = { textIn: 5, imageIn: 8, imageOut: 30 } as const;
const PER_TOKEN = {
  unit: "token",
  amount: 0.00003,
  source: "https://platform.openai.com/docs/pricing",
  confidence: "listed",
  checked_at: "2026-11-21",
} as const;

/** The table's figure; the bill goes by the tokens that the answer counts, the prompt's included. */
function priceOf(parameters: Parameters): number {
  const byQuality = OUTPUT_TOKENS[String(parameters["quality"] ?? "medium")] ?? {};
  const tokens = byQuality[String(parameters["size"] ?? "1024x1024")] ?? 1056;
  return tokens * TOKEN_PRICES.imageOut;
}

const SHARED: Omit<Model, "id" | "displayName" | "description" | "endpoint"> = {
  provider: "openai",
  tasks: ["generate", "edit"],
  input: { image: "image", mask: "mask", maskForm: "transparent" },
  plans: ["enterprise"],
  price: priceOf({}),
  priceOf,
  tokenPrices: TOKEN_PRICES,
  vendorPricing: PER_TOKEN,
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
    output_format: outputFormat("png", "jpeg", "webp"),
  },
};

export const OPENAI_MODELS: readonly Model[] = [
  {
    ...SHARED,
    id: "gpt-image-2.5-flare",
    displayName: "GPT Image 2.5 Flare",
    description: "Follows long and detailed prompts",
    endpoint: "gpt-image-2.5-flare",
    equivalents: ["gpt-image-2.5-sunburst", "gpt-image-2"],
  },
  {
    ...SHARED,
    id: "gpt-image-2.5-sunburst",
    displayName: "GPT Image 2.5 Sunburst",
    description: "Slower than Flare, with finer detail",
    endpoint: "gpt-image-2.5-sunburst",
    equivalents: ["gpt-image-2.5-flare", "gpt-image-2"],
    typicalMs: 30_000,
  },
  {
    ...SHARED,
    id: "gpt-image-2",
    displayName: "GPT Image 2",
    description: "The generation before 2.5",
    endpoint: "gpt-image-2",
    equivalents: ["gpt-image-2.5-flare"],
  },
];

const TYPES_OF_THE_CLIENT =
  "https://github.com/openai/openai-node/blob/master/src/resources/images.ts";

export const RETIRED_OPENAI_MODELS: readonly RetiredModel[] = [
  {
    id: "dall-e-3",
    provider: "openai",
    displayName: "DALL·E 3",
    retiredOn: "2026-05-12",
    replacedBy: "gpt-image-2.5-flare",
    source: TYPES_OF_THE_CLIENT,
  },
  {
    id: "dall-e-2",
    provider: "openai",
    displayName: "DALL·E 2",
    retiredOn: "2026-05-12",
    replacedBy: "gpt-image-2.5-flare",
    source: TYPES_OF_THE_CLIENT,
  },
  {
    id: "gpt-image-1",
    provider: "openai",
    displayName: "GPT Image 1",
    retiredOn: "2026-10-23",
    replacedBy: "gpt-image-2.5-flare",
    source: TYPES_OF_THE_CLIENT,
  },
];
