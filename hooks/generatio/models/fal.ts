import type { Model, ParameterSpec } from "./model.ts";

// Names, descriptions, prices and listed options of the three models are document 000's.

const IMAGE_SIZE: ParameterSpec = {
  type: "string",
  default: "square_hd",
  options: ["square_hd", "square", "portrait_4_3", "landscape_4_3"],
  extra_options: ["portrait_16_9", "landscape_16_9"],
  custom_size: { min: 64, max: 14142 },
  description: "Image size preset",
};

const NUM_IMAGES: ParameterSpec = {
  type: "integer",
  default: 1,
  min: 1,
  max: 4,
  description: "Number of images to generate",
};

const SEED: ParameterSpec = {
  type: "integer",
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  description: "The same seed and prompt give the same image",
};

const SAFETY_CHECKER: ParameterSpec = {
  type: "boolean",
  default: true,
  description: "Check the result for unsafe content",
};

const OUTPUT_FORMAT: ParameterSpec = {
  type: "string",
  default: "jpeg",
  options: ["jpeg", "png"],
  description: "File format of the result",
};

const NEGATIVE_PROMPT: ParameterSpec = {
  type: "string",
  max_length: 5000,
  description: "What the image should not show",
};

const inferenceSteps = (fallback: number, max: number): ParameterSpec => ({
  type: "integer",
  default: fallback,
  min: 1,
  max,
  description: "Number of denoising steps",
});

const SHARED = {
  provider: "fal",
  promptMax: 10_000,
  sizing: "image_size",
  sendsDefaultsOf: ["image_size", "num_images"],
} as const;

export const FAL_MODELS: readonly Model[] = [
  {
    ...SHARED,
    id: "flux/schnell",
    displayName: "Flux Schnell",
    description: "Fast, high-quality image generation",
    endpoint: "fal-ai/flux/schnell",
    typicalMs: 3000,
    price: 3000,
    vendorPricing: {
      unit: "megapixel",
      amount: 0.003,
      source: "https://fal.ai/models/fal-ai/flux/schnell",
      checked_at: "2026-11-21",
    },
    parameters: {
      image_size: IMAGE_SIZE,
      num_images: NUM_IMAGES,
      guidance_scale: {
        type: "number",
        default: 3.5,
        min: 1,
        max: 20,
        description: "How closely the image follows the prompt",
      },
      num_inference_steps: inferenceSteps(4, 12),
      seed: SEED,
      enable_safety_checker: SAFETY_CHECKER,
      output_format: OUTPUT_FORMAT,
    },
  },
  {
    ...SHARED,
    id: "hidream/hidream-i1-dev",
    displayName: "Hi-Dream I1 Dev",
    description: "High quality image generation",
    endpoint: "fal-ai/hidream-i1-dev",
    typicalMs: 8000,
    price: 4000,
    vendorPricing: {
      unit: "megapixel",
      amount: 0.03,
      source: "https://fal.ai/models/fal-ai/hidream-i1-dev",
      checked_at: "2026-11-21",
    },
    parameters: {
      image_size: IMAGE_SIZE,
      num_images: NUM_IMAGES,
      num_inference_steps: inferenceSteps(28, 50),
      negative_prompt: NEGATIVE_PROMPT,
      seed: SEED,
      enable_safety_checker: SAFETY_CHECKER,
      output_format: OUTPUT_FORMAT,
    },
  },
  {
    ...SHARED,
    id: "hidream/hidream-i1-fast",
    displayName: "Hi-Dream I1 Fast",
    description: "Fast quality image generation",
    endpoint: "fal-ai/hidream-i1-fast",
    typicalMs: 4000,
    price: 3000,
    vendorPricing: {
      unit: "megapixel",
      amount: 0.01,
      source: "https://fal.ai/models/fal-ai/hidream-i1-fast",
      checked_at: "2026-11-21",
    },
    parameters: {
      image_size: IMAGE_SIZE,
      num_images: NUM_IMAGES,
      num_inference_steps: inferenceSteps(16, 50),
      negative_prompt: NEGATIVE_PROMPT,
      seed: SEED,
      enable_safety_checker: SAFETY_CHECKER,
      output_format: OUTPUT_FORMAT,
    },
  },
];
