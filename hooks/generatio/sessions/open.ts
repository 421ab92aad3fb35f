import { resumeJobs } from "../jobs/recover.ts";
import type { Product } from "../product.ts";
import type { KeyRing } from "../tokens/key-ring.ts";
import type { Session } from "./store.ts";

/** Opens a session that owns `keys`, and takes up the jobs that waited for them. */
export async function openSession(
  product: Product,
  userId: string,
  keys: KeyRing,
): Promise<Session> {
  const session = product.sessions.open(userId, keys);
  await resumeJobs(product, userId, keys);
  return session;
}
