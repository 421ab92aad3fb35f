import { bodyLimit } from "generatio";
import { hearCallback } from "../jobs/callbacks.ts";
import type { Product } from "../product.ts";
import type { RouteGroup } from "./group.ts";

const MAX_BYTES = 4 * 1024 * 1024;

/** Where vendors tell that their work is over. The address carries a token, the call a signature. */
export function addCallbackRoutes(group: RouteGroup, product: Product): void {
  group
    .post("/callbacks/{job}", async (event) => {
      const { job = "" } = event.params;
      const proof = event.query.get("token") ?? "";
      const body = await event.bytes();
      const header = (name: string) => event.header(name);
      await hearCallback(product, { jobId: job, proof }, { header, body });
      return { received: true };
    })
    .bind(bodyLimit(MAX_BYTES));
}
