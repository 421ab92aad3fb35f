import { z } from "zod";
import { sessionOf } from "../caller.ts";
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
    const session = sessionOf(event, product);
    const body = parseInput(imageBody, await event.body());
    const idempotencyKey = event.header("Idempotency-Key") ?? "";
    if (idempotencyKey.length > MAX_KEY) {
      throw invalidField(
        "Idempotency-Key",
        `must have at most ${MAX_KEY} characters`,
        "validation_too_long",
      );
    }
    return generate(product, {
      userId: session.userId,
      session,
      model: body.model,
      prompt: body.prompt,
      parameters: body.parameters,
      folderId: body.collection_id ?? "",
      idempotencyKey,
    });
  });

  group.get("/generate/models", () =>
    Object.fromEntries(MODELS.map((model) => [model.id, toListing(model)])),
  );
}
