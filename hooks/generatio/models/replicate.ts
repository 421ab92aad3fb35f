import type { Model } from "./model.ts";

export const REPLICATE_MODELS: readonly Model[] = [
  {
    id: "flux-schnell",
    displayName: "Flux Schnell (Replicate)",
    description: "Fast image generation",
    provider: "replicate",
    endpoint: "black-forest-labs/flux-schnell",
    price: 3000,
    vendorPricing: {
      unit: "image",
      amount: 0.003,
      source: "https://replicate.com/black-forest-labs/flux-schnell",
      checked_at: "2026-10-07",
    },
    typicalMs: 3000,
    promptMax: 10_000,
    wireNames: { num_images: "num_outputs" },
    sendsDefaultsOf: ["aspect_ratio", "num_images", "output_format"],
    sizing: "aspect_ratio",
    parameters: {
      aspect_ratio: {
        type: "string",
        default: "1:1",
        options: ["1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21"],
        description: "Width to height",
      },
      num_images: {
        type: "integer",
        default: 1,
        min: 1,
        max: 4,
        description: "Number of images to generate",
      },
      num_inference_steps: {
        type: "integer",
        default: 4,
        min: 1,
        max: 4,
        description: "Number of denoising steps",
      },
      seed: {
        type: "integer",
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
        description: "Makes results alike, not equal: the vendor's fast mode is not deterministic",
      },
      megapixels: {
        type: "string",
        default: "1",
        options: ["1", "0.25"],
        description: "Approximate size",
      },
      output_format: {
        type: "string",
        default: "png",
        options: ["png", "jpg", "webp"],
        description: "File format of the result",
      },
      output_quality: {
        type: "integer",
        default: 80,
        min: 0,
        max: 100,
        description: "Quality of jpg and webp",
      },
    },
  },
];
