import type { Model, VendorPricing } from "./model.ts";
import { inferenceSteps, NUM_IMAGES, outputFormat, type SEED, share } from "./parameter-specs.ts";

// Inputs as the vendor's model pages list them.

const RATIOS = ["1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21"];

const ASPECT_RATIO = {
  type: "string",
  default: "1:1",
  options: RATIOS,
  description: "Width to height",
} as const;

const LOOSE_SEED: typeof SEED = {
  type: "integer",
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  description: "Makes results alike, not equal: the vendor's fast mode is not deterministic",
};

const OUTPUT_QUALITY = {
  type: "integer",
  default: 80,
  min: 0,
  max: 100,
  description: "Quality of jpg and webp",
} as const;

const MEGAPIXELS = {
  type: "string",
  default: "1",
  options: ["1", "0.25"],
  description: "Approximate size",
} as const;

const PNG_FIRST = outputFormat("png", "jpg", "webp");

const SHARED = {
  provider: "replicate",
  promptMax: 10_000,
  wireNames: { num_images: "num_outputs" },
  sendsDefaultsOf: ["aspect_ratio", "num_images", "output_format"],
  sizing: "aspect_ratio",
} as const;

function perImage(amount: number, page: string): VendorPricing {
  const source = `https://replicate.com/${page}`;
  // Read from a transcript of the vendor's page.
  return { unit: "image", amount, source, confidence: "listed", checked_at: "2026-10-07" };
}

function listedPerImage(amount: number): VendorPricing {
  const source = "https://openai-hk.com/docs/lab/replicate.html";
  return { unit: "image", amount, source, confidence: "listed", checked_at: "2026-11-21" };
}

export const REPLICATE_MODELS: readonly Model[] = [
  {
    ...SHARED,
    id: "flux-schnell",
    displayName: "Flux Schnell (Replicate)",
    description: "Fast image generation",
    endpoint: "black-forest-labs/flux-schnell",
    tasks: ["generate"],
    equivalents: ["flux/schnell", "flux-1/schnell"],
    price: 3000,
    vendorPricing: perImage(0.003, "black-forest-labs/flux-schnell"),
    typicalMs: 3000,
    parameters: {
      aspect_ratio: ASPECT_RATIO,
      num_images: NUM_IMAGES,
      num_inference_steps: inferenceSteps(4, 4),
      seed: LOOSE_SEED,
      megapixels: MEGAPIXELS,
      output_format: PNG_FIRST,
      output_quality: OUTPUT_QUALITY,
    },
  },
  {
    ...SHARED,
    id: "flux-dev",
    displayName: "Flux Dev (Replicate)",
    description: "More detail than Flux Schnell, from a text or from a picture",
    endpoint: "black-forest-labs/flux-dev",
    tasks: ["generate", "edit"],
    input: { image: "image" },
    equivalents: ["flux/dev", "flux-1/dev/image-to-image"],
    price: 25_000,
    vendorPricing: perImage(0.025, "black-forest-labs/flux-dev"),
    typicalMs: 8000,
    wireNames: {
      num_images: "num_outputs",
      guidance_scale: "guidance",
      strength: "prompt_strength",
    },
    parameters: {
      aspect_ratio: ASPECT_RATIO,
      num_images: NUM_IMAGES,
      guidance_scale: {
        type: "number",
        default: 3,
        min: 0,
        max: 10,
        description: "How closely the image follows the prompt",
      },
      strength: share(0.8, "How far the result may be from the picture"),
      num_inference_steps: inferenceSteps(28, 50),
      seed: LOOSE_SEED,
      megapixels: MEGAPIXELS,
      output_format: PNG_FIRST,
      output_quality: OUTPUT_QUALITY,
    },
  },
  {
    ...SHARED,
    id: "flux-1.1-pro",
    displayName: "Flux 1.1 Pro (Replicate)",
    description: "The vendor's best of the first generation",
    endpoint: "black-forest-labs/flux-1.1-pro",
    tasks: ["generate"],
    equivalents: ["flux-pro"],
    price: 40_000,
    vendorPricing: perImage(0.04, "black-forest-labs/flux-1.1-pro"),
    typicalMs: 8000,
    sendsDefaultsOf: ["aspect_ratio", "output_format"],
    parameters: {
      aspect_ratio: ASPECT_RATIO,
      seed: LOOSE_SEED,
      output_format: PNG_FIRST,
      output_quality: OUTPUT_QUALITY,
    },
  },
  {
    ...SHARED,
    id: "recraft-crisp-upscale",
    displayName: "Recraft Crisp Upscale",
    description: "Enlarges a picture and keeps it as it is",
    endpoint: "recraft-ai/recraft-crisp-upscale",
    tasks: ["upscale"],
    takesPrompt: false,
    input: { image: "image" },
    equivalents: ["clarity-upscaler"],
    price: 6000,
    vendorPricing: listedPerImage(0.006),
    typicalMs: 10_000,
    sizing: "none",
    sendsDefaultsOf: [],
    parameters: {},
  },
  {
    ...SHARED,
    id: "recraft-remove-background",
    displayName: "Recraft Background Remover",
    description: "Cuts the subject out; the rest becomes transparent",
    endpoint: "recraft-ai/recraft-remove-background",
    tasks: ["remove-background"],
    takesPrompt: false,
    input: { image: "image" },
    equivalents: ["bria/background-remove"],
    price: 10_000,
    vendorPricing: listedPerImage(0.01),
    typicalMs: 4000,
    sizing: "none",
    sendsDefaultsOf: [],
    parameters: {},
  },
];
