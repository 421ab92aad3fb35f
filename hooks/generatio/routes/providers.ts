import { userOf } from "../caller.ts";
import { TASKS } from "../models/model.ts";
import { modelsOnOffer } from "../pipeline/fund.ts";
import type { Product } from "../product.ts";
import type { RouteGroup } from "./group.ts";

/** Which provider can do what here, and how its models have been doing lately. */
export function addProviderRoutes(group: RouteGroup, product: Product): void {
  group.get("/generate/providers", (event) => {
    const models = modelsOnOffer(product, userOf(event).id);
    const health = new Map(product.health.all().map((each) => [each.model, each]));
    const byProvider = Map.groupBy(models, ({ provider }) => provider);
    return Object.fromEntries(
      [...byProvider].map(([provider, own]) => [
        provider,
        {
          capabilities: {
            ...Object.fromEntries(
              TASKS.map((task) => [task, own.some(({ tasks }) => tasks.includes(task))]),
            ),
            mask: own.some(({ input }) => input?.mask !== undefined),
          },
          models: Object.fromEntries(own.map(({ id }) => [id, encodeHealth(health.get(id))])),
        },
      ]),
    );
  });
}

type Health = ReturnType<Product["health"]["all"]>[number];

function encodeHealth(health: Health | undefined) {
  return {
    circuit: health?.circuit ?? "closed",
    succeeded: health?.succeeded ?? 0,
    failed: health?.failed ?? 0,
    last_fault:
      health?.lastFaultAt === undefined ? null : new Date(health.lastFaultAt).toISOString(),
  };
}
