import type { ParameterSpec } from "./model.ts";

/*
 * Parameters that several models have in common. The listed options, defaults and descriptions of the size and
 * the number are document 000's.
 */

export const IMAGE_SIZE: ParameterSpec = {
  type: "string",
  default: "square_hd",
  options: ["square_hd", "square", "portrait_4_3", "landscape_4_3"],
  extra_options: ["portrait_16_9", "landscape_16_9"],
  custom_size: { min: 64, max: 14142 },
  description: "Image size preset",
};

export const NUM_IMAGES: ParameterSpec = {
  type: "integer",
  default: 1,
  min: 1,
  max: 4,
  description: "Number of images to generate",
};

export const SEED: ParameterSpec = {
  type: "integer",
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  description: "The same seed and prompt give the same image",
};

export const SAFETY_CHECKER: ParameterSpec = {
  type: "boolean",
  default: true,
  own_key_only: true,
  description: "Check the result for unsafe content",
};

export const NEGATIVE_PROMPT: ParameterSpec = {
  type: "string",
  max_length: 5000,
  description: "What the image should not show",
};

/** @param formats the first is the default */
export function outputFormat(...formats: readonly string[]): ParameterSpec {
  return {
    type: "string",
    default: formats[0] ?? "",
    options: formats,
    description: "File format of the result",
  };
}

export function inferenceSteps(fallback: number, max: number): ParameterSpec {
  return {
    type: "integer",
    default: fallback,
    min: 1,
    max,
    description: "Number of denoising steps",
  };
}

export function guidance(fallback: number): ParameterSpec {
  return {
    type: "number",
    default: fallback,
    min: 1,
    max: 20,
    description: "How closely the image follows the prompt",
  };
}

/** From 0 to 1. */
export function share(fallback: number, description: string): ParameterSpec {
  return { type: "number", default: fallback, min: 0, max: 1, description };
}
