import { z } from "zod";
import { readPicture, type SentPicture } from "./picture-input.ts";

/** The bodies that the vendor's images and moderations routes take, and its own rules about them. */

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

// Unknown fields are refused: the vendor ignores some, but a caller that sends one has a mistake to find.
const wishes = {
  model: z.string(),
  prompt: z.string().min(1).max(32_000),
  n: whole(1, 10).default(1),
  size: z.enum(["auto", "1024x1024", "1536x1024", "1024x1536"]).default("auto"),
  quality: z.enum(["low", "medium", "high", "auto"]).default("auto"),
  background: z.enum(["transparent", "opaque", "auto"]).optional(),
  output_format: z.enum(["png", "jpeg"]).default("png"),
  output_compression: whole(0, 100).optional(),
  user: z.string().optional(),
};

export const generation = z.strictObject({
  ...wishes,
  moderation: z.enum(["low", "auto"]).optional(),
});

const MOST_BYTES = 50 * 1024 * 1024;
const MOST_MASK_BYTES = 4 * 1024 * 1024;

const file = z.object({ name: z.string(), type: z.string(), bytes: z.instanceof(Buffer) });

function picture(most: number) {
  return file.transform(({ bytes }, context): SentPicture => {
    const found = bytes.length <= most ? readPicture(bytes) : undefined;
    if (found) return found;
    context.addIssue({ code: "custom", message: "Invalid image file or mode for image" });
    return z.NEVER;
  });
}

const image = picture(MOST_BYTES);

/** A PNG with transparency (colour type 4 or 6 in its header). */
const mask = picture(MOST_MASK_BYTES).refine(
  ({ bytes }) => bytes.toString("latin1", 1, 4) === "PNG" && [4, 6].includes(bytes[25]!),
  "Invalid mask: must be a PNG with an alpha channel",
);

export const edit = z
  .strictObject({
    ...wishes,
    image: z.union([image.transform((one) => [one]), z.array(image).min(1).max(16)]),
    mask: mask.optional(),
  })
  .refine(
    ({ image: [first], mask: hole }) =>
      !hole || (hole.width === first?.width && hole.height === first.height),
    { path: ["mask"], message: "Mask and image must have the same size" },
  );

export type Generation = z.infer<typeof generation> & { readonly image?: readonly SentPicture[] };

export const moderation = z.object({
  model: z.string().default("omni-moderation-latest"),
  input: z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)]),
});

/** What the vendor judges by (openai-node: resources/moderations.ts). */
const CATEGORIES = [
  "harassment",
  "harassment/threatening",
  "hate",
  "hate/threatening",
  "illicit",
  "illicit/violent",
  "self-harm",
  "self-harm/intent",
  "self-harm/instructions",
  "sexual",
  "sexual/minors",
  "violence",
  "violence/graphic",
] as const;

/** The judgement of a text: flagged for whatever `[[emu:flag:violence]]` in it names. */
export function judge(text: string): Record<string, unknown> {
  const named = new Set([...text.matchAll(/\[\[emu:flag:([a-z/-]+)\]\]/g)].map(([, name]) => name));
  const each = <T>(value: (isFlagged: boolean) => T) =>
    Object.fromEntries(CATEGORIES.map((category) => [category, value(named.has(category))]));
  return {
    flagged: CATEGORIES.some((category) => named.has(category)),
    categories: each((isFlagged) => isFlagged),
    category_scores: each((isFlagged) => (isFlagged ? 0.97 : 0.0001)),
    category_applied_input_types: each(() => ["text"]),
  };
}
