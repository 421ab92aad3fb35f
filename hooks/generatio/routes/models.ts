import { MODELS, toListing } from "../models/catalogue.ts";
import type { RouteGroup } from "./group.ts";

export function addModelRoutes(group: RouteGroup): void {
  group.get("/generate/models", () =>
    Object.fromEntries(MODELS.map((model) => [model.id, toListing(model)])),
  );
}
