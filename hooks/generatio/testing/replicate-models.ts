import { z } from "zod";
import { inlinePicture } from "./picture-input.ts";

/** A request of a model, with everything that decides what is made of it. */
export interface EmulatedRun {
  readonly prompt: string;
  readonly count: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly seed: number | undefined;
  readonly format: "webp" | "jpg" | "png";
}

export interface EmulatedReplicateModel {
  readonly input: z.ZodType<EmulatedRun>;
  /** The output is one address, not a list. */
  readonly isSingle: boolean;
}

const RATIOS: Readonly<Record<string, { width: number; height: number }>> = {
  "1:1": { width: 1024, height: 1024 },
  "16:9": { width: 1344, height: 768 },
  "21:9": { width: 1536, height: 640 },
  "3:2": { width: 1216, height: 832 },
  "2:3": { width: 832, height: 1216 },
  "4:5": { width: 896, height: 1088 },
  "5:4": { width: 1088, height: 896 },
  "3:4": { width: 896, height: 1152 },
  "4:3": { width: 1152, height: 896 },
  "9:16": { width: 768, height: 1344 },
  "9:21": { width: 640, height: 1536 },
};

const ratio = z.enum(Object.keys(RATIOS)).default("1:1");
const format = z.enum(["webp", "jpg", "png"]).default("webp");
const quality = z.int().min(0).max(100).optional();

const flux = {
  prompt: z.string(),
  aspect_ratio: ratio,
  num_outputs: z.int().min(1).max(4).default(1),
  seed: z.int().optional(),
  output_format: format,
  output_quality: quality,
  megapixels: z.enum(["1", "0.25"]).optional(),
  go_fast: z.boolean().optional(),
  disable_safety_checker: z.boolean().optional(),
};

type Flux = z.infer<z.ZodObject<typeof flux>>;

const toRun = (input: Flux): EmulatedRun => ({
  prompt: input.prompt,
  count: input.num_outputs,
  size: RATIOS[input.aspect_ratio]!,
  seed: input.seed,
  format: input.output_format,
});

/**
 * The models that the emulator serves. Unknown fields are refused: the vendor ignores them, but a caller that
 * sends one has a mistake to find.
 *
 * @param fileAt the bytes of a file that was uploaded before
 */
export function replicateModels(
  fileAt: (url: string) => Buffer | undefined,
): Readonly<Record<string, EmulatedReplicateModel>> {
  const picture = inlinePicture(fileAt);
  const fluxSchnell = z
    .strictObject({ ...flux, num_inference_steps: z.int().min(1).max(4).optional() })
    .transform(toRun);
  const fluxDev = z
    .strictObject({
      ...flux,
      num_inference_steps: z.int().min(1).max(50).optional(),
      guidance: z.number().min(0).max(10).optional(),
      image: picture.optional(),
      prompt_strength: z.number().min(0).max(1).optional(),
    })
    .transform(({ image, ...input }) => {
      const run = toRun(input);
      return image ? { ...run, size: { width: image.width, height: image.height } } : run;
    });
  const fluxPro = z
    .strictObject({
      prompt: z.string(),
      aspect_ratio: ratio,
      seed: z.int().optional(),
      output_format: format,
      output_quality: quality,
    })
    .transform((input) => toRun({ ...input, num_outputs: 1 }));
  const onPicture = (factor: number) =>
    z.strictObject({ image: picture }).transform(({ image }): EmulatedRun => ({
      prompt: "",
      count: 1,
      size: { width: image.width * factor, height: image.height * factor },
      seed: undefined,
      format: "png",
    }));
  return {
    "black-forest-labs/flux-schnell": { input: fluxSchnell, isSingle: false },
    "black-forest-labs/flux-dev": { input: fluxDev, isSingle: false },
    "black-forest-labs/flux-1.1-pro": { input: fluxPro, isSingle: true },
    "recraft-ai/recraft-crisp-upscale": { input: onPicture(4), isSingle: true },
    "recraft-ai/recraft-remove-background": { input: onPicture(1), isSingle: true },
  };
}
