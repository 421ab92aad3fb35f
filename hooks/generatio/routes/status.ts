import { modelsOnOffer } from "../pipeline/fund.ts";
import type { Product } from "../product.ts";
import { toDollars } from "../spending/money.ts";
import type { RouteGroup } from "./group.ts";

/** For everyone: what runs here, and that it runs. */
export function addStatusRoutes(group: RouteGroup, product: Product): void {
  const { sessions } = product;
  group.get("/status", () => ({
    status: "ok",
    services: { encryption: "AES-256-GCM with PBKDF2", sessions: sessions.counts() },
    available_models: Object.fromEntries(
      modelsOnOffer(product).map((model) => [
        model.id,
        {
          name: model.id,
          display_name: model.displayName,
          cost_per_image: toDollars(model.price),
        },
      ]),
    ),
  }));
  group.get("/test", () => ({ status: "ok", message: "The custom routes work." }));
}
