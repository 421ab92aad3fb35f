import type { RequestEvent } from "generatio";
import { z } from "zod";
import { sessionOf, userOf } from "../caller.ts";
import { invalidField } from "../errors.ts";
import { generate } from "../generation/generate.ts";
import { MODELS, toListing } from "../models/catalogue.ts";
import type { Product } from "../product.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";

const MAX_KEY = 255;

const imageBody = z.object({
  model: z.string().min(1).max(200),
  // Passed on as typed, so that it is not trimmed; its length is the model's affair.
  prompt: z.string().regex(/\S/, "must not be blank"),
  parameters: z.record(z.string(), z.unknown()).default({}),
  collection_id: z.string().max(100).nullish(),
});

export function addGenerateRoutes(group: RouteGroup, product: Product): void {
  group.post("/generate/image", async (event) => {
    const user = userOf(event);
    // A copy of its own: the session may end while the request is still being read.
    const token = sessionOf(event, product).token.copy();
    try {
      const body = parseInput(imageBody, await event.body());
      return await generate(product, {
        userId: user.id,
        token,
        model: body.model,
        prompt: body.prompt,
        parameters: body.parameters,
        folderId: body.collection_id ?? "",
        idempotencyKey: idempotencyKeyOf(event),
      });
    } finally {
      token.wipe();
    }
  });

  group.get("/generate/models", () =>
    Object.fromEntries(MODELS.map((model) => [model.id, toListing(model)])),
  );
}

function idempotencyKeyOf(event: RequestEvent): string {
  const key = event.header("Idempotency-Key") ?? "";
  if (key.length <= MAX_KEY) return key;
  throw invalidField(
    "Idempotency-Key",
    `must have at most ${MAX_KEY} characters`,
    "validation_too_long",
  );
}
