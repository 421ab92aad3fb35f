import { userOf } from "../caller.ts";
import type { Product } from "../product.ts";
import { readStats } from "../spending/usage.ts";
import type { RouteGroup } from "./group.ts";

export function addFinancialRoutes(group: RouteGroup, { app }: Product): void {
  group.get("/financial/stats", (event) => readStats(app, userOf(event).id));
}
