import { resumeJobs } from "../jobs/recover.ts";
import type { Product } from "../product.ts";
import type { PlainToken } from "../tokens/secret.ts";
import type { Session } from "./store.ts";

/** Opens a session that owns `token`, and takes up the jobs that waited for the key. */
export async function openSession(
  product: Product,
  userId: string,
  token: PlainToken,
): Promise<Session> {
  const session = product.sessions.open(userId, "fal", token);
  await resumeJobs(product, userId, token);
  return session;
}
