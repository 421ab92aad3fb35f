import { MODELS } from "../models/catalogue.ts";
import type { Product } from "../product.ts";
import { toDollars } from "../spending/money.ts";
import type { RouteGroup } from "./group.ts";

/** For everyone: what runs here, and that it runs. */
export function addStatusRoutes(group: RouteGroup, { sessions }: Product): void {
  group.get("/status", () => ({
    status: "ok",
    services: { encryption: "AES-256-GCM with PBKDF2", sessions: sessions.counts() },
    available_models: Object.fromEntries(
      MODELS.map((model) => [
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
