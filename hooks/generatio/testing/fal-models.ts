import { z } from "zod";

/** A model that the emulator serves, with the vendor's own input rules and price. */
export interface EmulatedModel {
  readonly input: z.ZodType<EmulatedInput>;
  /** Micro-dollars per megapixel, as the vendor's page says. */
  readonly microsPerMegapixel: number;
}

export interface EmulatedInput {
  readonly prompt: string;
  readonly image_size: { readonly width: number; readonly height: number };
  readonly num_images: number;
  readonly seed?: number | undefined;
  readonly output_format: "jpeg" | "png";
}

const PRESETS = {
  square_hd: { width: 1024, height: 1024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1024 },
  portrait_16_9: { width: 576, height: 1024 },
  landscape_4_3: { width: 1024, height: 768 },
  landscape_16_9: { width: 1024, height: 576 },
} as const;

const PRESET_NAMES = Object.keys(PRESETS) as (keyof typeof PRESETS)[];

function imageSize(fallback: keyof typeof PRESETS) {
  const pixels = z.int().min(1).max(14142);
  return z
    .union([
      z.enum(PRESET_NAMES).transform((name) => PRESETS[name]),
      z.strictObject({ width: pixels, height: pixels }),
    ])
    .default(PRESETS[fallback]);
}

const shared = {
  prompt: z.string().min(1),
  num_images: z.int().min(1).max(4).default(1),
  seed: z.int().optional(),
  sync_mode: z.boolean().optional(),
  enable_safety_checker: z.boolean().optional(),
  output_format: z.enum(["jpeg", "png"]).default("jpeg"),
};

// Unknown fields are refused: the vendor ignores them, but a caller that sends one has a mistake to find.
const flux = z.strictObject({
  ...shared,
  image_size: imageSize("landscape_4_3"),
  num_inference_steps: z.int().min(1).max(12).optional(),
  guidance_scale: z.number().min(1).max(20).optional(),
  acceleration: z.enum(["none", "regular", "high"]).optional(),
});

const hidream = z.strictObject({
  ...shared,
  image_size: imageSize("square_hd"),
  negative_prompt: z.string().optional(),
  num_inference_steps: z.int().min(1).max(50).optional(),
});

export const EMULATED_MODELS: Readonly<Record<string, EmulatedModel>> = {
  "fal-ai/flux/schnell": { input: flux, microsPerMegapixel: 3000 },
  "fal-ai/hidream-i1-dev": { input: hidream, microsPerMegapixel: 30_000 },
  "fal-ai/hidream-i1-fast": { input: hidream, microsPerMegapixel: 10_000 },
};

/** The vendor's 422 body (FastAPI): one entry per refused value. */
export function toDetail(error: z.ZodError): { detail: unknown[] } {
  const detail = error.issues.map((issue) => ({
    loc: [
      "body",
      ...issue.path.map(String),
      ...(issue.code === "unrecognized_keys" ? issue.keys : []),
    ],
    msg: issue.message,
    type: TYPES[issue.code] ?? "value_error",
  }));
  return { detail };
}

const TYPES: Readonly<Record<string, string>> = {
  too_big: "less_than_equal",
  too_small: "greater_than_equal",
  unrecognized_keys: "extra_forbidden",
  invalid_type: "missing",
};
