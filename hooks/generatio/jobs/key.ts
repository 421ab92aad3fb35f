import type { RecordModel } from "generatio";
import type { Product } from "../product.ts";
import { PlainToken } from "../tokens/secret.ts";

/**
 * The key to go on with a job: the server's own, or one that its user has unlocked. A copy, to be wiped.
 *
 * @returns undefined while the user's key is locked, and when the server's is gone
 */
export function keyFor(product: Product, job: RecordModel): PlainToken | undefined {
  const provider = job.getString("provider");
  switch (job.getString("funding")) {
    case "byok":
      return product.sessions.keyOf(job.getString("user_id"), provider);
    case "none":
      return new PlainToken("no key");
    default:
      return product.settings.serverKeys.get(provider)?.copy();
  }
}
