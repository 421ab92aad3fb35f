import { z } from "zod";
import { STYLE_NAMES } from "../pipeline/write-prompt.ts";

/*
 * The bodies of document 003 under the names that it gives them. What it leaves open (the batch) is described
 * in the README.
 */

const MOST_IN_BATCH = 10;
const MOST_PIXELS = 4096;

const prompt = z
  .string()
  .max(4000)
  .regex(/\S/, "must not be blank")
  .describe("What the picture shows");

const looks = {
  size: z
    .string()
    .regex(/^\d{2,4}x\d{2,4}$/, "must look like 1024x1024")
    .refine(
      (text) => text.split("x").every((side) => Number(side) >= 64 && Number(side) <= MOST_PIXELS),
      {
        message: `must be from 64x64 to ${MOST_PIXELS}x${MOST_PIXELS}`,
      },
    )
    .optional()
    .describe("Width and height in pixels"),
  style: z.enum(STYLE_NAMES as [string, ...string[]]).default("realistic"),
  aspect_ratio: z
    .string()
    .regex(/^[1-9]\d?:[1-9]\d?$/, "must look like 16:9")
    .optional()
    .describe("Wins over the size"),
  enhance_prompt: z
    .boolean()
    .default(true)
    .describe("Puts the words of the style behind the prompt"),
  model: z.string().min(1).max(200).optional().describe("flux-schnell when absent"),
};

export const ImageGenerationRequest = z.object({ prompt, ...looks });

export const MultipleImageRequest = z
  .object({
    prompts: z.array(prompt).min(1).max(MOST_IN_BATCH).optional(),
    prompt: prompt.optional(),
    count: z.int().min(1).max(MOST_IN_BATCH).optional(),
    /** Another name of `count`. */
    variations: z.int().min(1).max(MOST_IN_BATCH).optional(),
    ...looks,
  })
  .refine((body) => (body.prompts === undefined) !== (body.prompt === undefined), {
    path: ["prompts"],
    message: "must be given, or prompt with count, and not both",
  });

export const ImageGenerationResponse = z.object({
  success: z.boolean(),
  image_url: z.string(),
  model: z.string(),
  generation_time: z.number().describe("Seconds"),
  cost: z.number().describe("US dollars"),
  size: z.string(),
  quality: z.string(),
  prompt_used: z.string(),
  timestamp: z.iso.datetime(),
  id: z.string(),
  job_id: z.string(),
  warnings: z.array(z.string()),
});

export const MultipleImageResponse = z.object({
  success: z.boolean(),
  images: z.array(ImageGenerationResponse),
  total: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  errors: z.array(
    z.object({ index: z.int(), error: z.string(), message: z.string(), job_id: z.string() }),
  ),
  total_cost: z.number(),
  total_time: z.number(),
  timestamp: z.iso.datetime(),
});

export const ErrorResponse = z.object({ error: z.string(), message: z.string() });
