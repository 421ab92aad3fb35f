import { MODELS, toListing } from "../models/catalogue.ts";
import { isOnOffer } from "../pipeline/fund.ts";
import type { Product } from "../product.ts";
import type { RouteGroup } from "./group.ts";

export function addModelRoutes(group: RouteGroup, product: Product): void {
  group.get("/generate/models", () =>
    Object.fromEntries(
      MODELS.filter((model) => isOnOffer(product, model)).map((model) => [
        model.id,
        toListing(model),
      ]),
    ),
  );
}
