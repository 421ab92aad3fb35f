import { z } from "zod";

/** Answers of FAL's queue (fal-js: libs/client/src/types/common.ts). Unknown members are ignored. */

export const submitted = z.object({
  request_id: z.string().min(1),
  status_url: z.string().optional(),
  response_url: z.string().optional(),
  cancel_url: z.string().optional(),
  queue_position: z.number().optional(),
});

export const status = z.object({
  status: z.enum(["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]),
  queue_position: z.number().nullish(),
  metrics: z.object({ inference_time: z.number().nullish() }).nullish(),
  /** A failed or cancelled request is COMPLETED too, with these. */
  error: z.unknown().optional(),
  error_type: z.string().nullish(),
  /** Never sent by FAL itself; some gateways put the result here. */
  response: z.unknown().optional(),
});

const picture = z.object({ url: z.string().min(1) });

/** Most models answer with a list; those that change one picture with that. */
export const result = z
  .object({
    images: z.array(picture).min(1).optional(),
    image: picture.optional(),
    has_nsfw_concepts: z.array(z.boolean()).nullish(),
    seed: z.number().nullish(),
    timings: z.object({ inference: z.number().nullish() }).nullish(),
  })
  .refine(({ images, image }) => images !== undefined || image !== undefined);

export const canceled = z.object({ status: z.string() });

/** A model's error lists the refused values; the platform's is one text. */
export const failure = z.object({
  detail: z.union([
    z.string(),
    z.array(
      z.object({
        loc: z.array(z.union([z.string(), z.number()])).default([]),
        msg: z.string().default(""),
        type: z.string().default(""),
      }),
    ),
  ]),
  error_type: z.string().nullish(),
});

export type Failure = z.infer<typeof failure>;
