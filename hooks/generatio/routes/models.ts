import { z } from "zod";
import { userOf } from "../caller.ts";
import { toListing, toRetiredListing } from "../models/catalogue.ts";
import { modelsOnOffer } from "../pipeline/fund.ts";
import type { Product } from "../product.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";

const listQuery = z.object({ retired: z.enum(["true", "false"]).default("false") });

/** The models that can be asked for; with `?retired=true` also those that are gone, and what replaced them. */
export function addModelRoutes(group: RouteGroup, product: Product): void {
  group.get("/generate/models", (event) => {
    const given = event.query.get("retired");
    const { retired } = parseInput(listQuery, given === undefined ? {} : { retired: given });
    const gone = retired === "true" ? product.catalogue.retired.map(toRetiredListing) : [];
    return Object.fromEntries(
      [...modelsOnOffer(product, userOf(event).id).map(toListing), ...gone].map((row) => [
        row.name,
        row,
      ]),
    );
  });
}
