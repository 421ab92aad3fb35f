import { join } from "node:path";
import type { ServeEvent } from "generatio";
import { toListing, toRetiredListing } from "../models/catalogue.ts";
import type { Product } from "../product.ts";
import type { RouteGroup } from "../routes/group.ts";

/** Adds the product's pages to the admin UI, and the routes that they ask. @param group for superusers only */
export function addAdminPages(event: ServeEvent, group: RouteGroup, product: Product): void {
  event.uiExtensions.push({ name: "generatio", folder: join(import.meta.dirname, "ui") });
  group.get("/catalogue", () => {
    const models = product.catalogue.models.map(toListing);
    const providers = [...product.providers.keys()].map((name) => ({
      name,
      models: models.filter(({ provider }) => provider === name).length,
    }));
    return { providers, models, retired: product.catalogue.retired.map(toRetiredListing) };
  });
}
