import { z } from "zod";
import { inlinePicture, type SentPicture } from "./picture-input.ts";

/** A model that the emulator serves, with the vendor's own input rules and price. */
export interface EmulatedModel {
  readonly input: z.ZodType<EmulatedInput>;
  /** Micro-dollars, as the vendor's page says: by the picture, or by the megapixel. */
  readonly micros: { readonly perImage: number } | { readonly perMegapixel: number };
  /** The result is one picture under `image`, not a list. */
  readonly isSingle?: boolean;
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

const withoutPrompt = {
  num_images: z.int().min(1).max(4).default(1),
  seed: z.int().optional(),
  sync_mode: z.boolean().optional(),
  enable_safety_checker: z.boolean().optional(),
  output_format: z.enum(["jpeg", "png"]).default("jpeg"),
};
const shared = { ...withoutPrompt, prompt: z.string().min(1) };
const steps = (most: number) => z.int().min(1).max(most).optional();
const guidance = z.number().min(1).max(20).optional();

// Unknown fields are refused: the vendor ignores them, but a caller that sends one has a mistake to find.
const flux = z.strictObject({
  ...shared,
  image_size: imageSize("landscape_4_3"),
  num_inference_steps: steps(50),
  guidance_scale: guidance,
  acceleration: z.enum(["none", "regular", "high"]).optional(),
});
const fluxSchnell = flux.extend({ num_inference_steps: steps(12) });
const fluxPro = z.strictObject({ ...shared, image_size: imageSize("landscape_4_3") });

const hidream = z.strictObject({
  ...shared,
  image_size: imageSize("square_hd"),
  negative_prompt: z.string().optional(),
  num_inference_steps: steps(50),
});

/** Of these models the result is as large as the picture that went in. */
function sized<T extends { readonly image_url: SentPicture }>({ image_url: image, ...input }: T) {
  return { ...input, image_size: { width: image.width, height: image.height } };
}

const imageToImage = z
  .strictObject({
    ...shared,
    image_url: inlinePicture(),
    strength: z.number().min(0).max(1).optional(),
    num_inference_steps: steps(50),
    guidance_scale: guidance,
  })
  .transform(sized);

const fill = z
  .strictObject({ ...shared, image_url: inlinePicture(), mask_url: inlinePicture() })
  .refine(
    ({ image_url: image, mask_url: mask }) =>
      image.width === mask.width && image.height === mask.height,
    { path: ["mask_url"], message: "Image and mask must have the same dimensions" },
  )
  .transform(({ mask_url: _mask, ...input }) => sized(input));

const upscaler = z
  .strictObject({
    image_url: inlinePicture(),
    prompt: z.string().default(""),
    upscale_factor: z.number().min(1).max(4).default(2),
    creativity: z.number().min(0).max(1).optional(),
    resemblance: z.number().min(0).max(3).optional(),
    guidance_scale: guidance,
    num_inference_steps: steps(50),
    seed: z.int().optional(),
  })
  .transform(({ image_url: image, upscale_factor: factor, prompt, seed }) => ({
    prompt,
    seed,
    num_images: 1,
    output_format: "png" as const,
    image_size: {
      width: Math.round(image.width * factor),
      height: Math.round(image.height * factor),
    },
  }));

const backgroundRemover = z
  .strictObject({ image_url: inlinePicture(), sync_mode: z.boolean().optional() })
  .transform((input) => ({
    prompt: "",
    num_images: 1,
    output_format: "png" as const,
    image_size: sized(input).image_size,
  }));

const redux = z
  .strictObject({
    ...withoutPrompt,
    image_url: inlinePicture(),
    image_size: imageSize("landscape_4_3"),
    num_inference_steps: steps(12),
  })
  .transform(({ image_url: _image, ...input }) => ({ ...input, prompt: "" }));

export const EMULATED_MODELS: Readonly<Record<string, EmulatedModel>> = {
  "fal-ai/flux/schnell": { input: fluxSchnell, micros: { perMegapixel: 3000 } },
  "fal-ai/flux-1/schnell": { input: fluxSchnell, micros: { perMegapixel: 3000 } },
  "fal-ai/flux/dev": { input: flux, micros: { perMegapixel: 25_000 } },
  "fal-ai/flux-pro/v1.1": { input: fluxPro, micros: { perMegapixel: 40_000 } },
  "fal-ai/hidream-i1-dev": { input: hidream, micros: { perMegapixel: 30_000 } },
  "fal-ai/hidream-i1-fast": { input: hidream, micros: { perMegapixel: 10_000 } },
  "fal-ai/hidream-i1-full": {
    input: hidream.extend({ guidance_scale: guidance }),
    micros: { perMegapixel: 50_000 },
  },
  "fal-ai/stable-diffusion-v3-medium": {
    input: hidream
      .omit({ output_format: true })
      .extend({ guidance_scale: guidance })
      .transform((input) => ({ ...input, output_format: "jpeg" as const })),
    micros: { perImage: 35_000 },
  },
  "fal-ai/flux-1/dev/image-to-image": { input: imageToImage, micros: { perMegapixel: 25_000 } },
  "fal-ai/flux-pro/v1/fill": { input: fill, micros: { perMegapixel: 50_000 } },
  "fal-ai/flux-1/schnell/redux": { input: redux, micros: { perMegapixel: 3000 } },
  "fal-ai/clarity-upscaler": {
    input: upscaler,
    micros: { perMegapixel: 30_000 },
    isSingle: true,
  },
  "fal-ai/bria/background/remove": {
    input: backgroundRemover,
    micros: { perImage: 18_000 },
    isSingle: true,
  },
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
  custom: "image_load_error",
};
