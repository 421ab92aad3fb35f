import { z } from "zod";
import { userOf } from "../caller.ts";
import type { Product } from "../product.ts";
import { PlainToken } from "../tokens/secret.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";

const MAX_PASSWORD = 1000;

const keyPassword = z.string().min(8).max(MAX_PASSWORD);
/** What was set up under other rules is still to be opened. */
export const typedPassword = z.string().min(1).max(MAX_PASSWORD);

const setupBody = z.object({
  // It becomes part of a header: printable ASCII without blanks.
  fal_token: z
    .string()
    .trim()
    .min(1)
    .max(512)
    .regex(/^[\x21-\x7e]*$/, "must be printable characters without blanks"),
  password: keyPassword,
  auto_session: z.boolean().optional(),
});

const verifyBody = z.object({ password: typedPassword });

export function addTokenRoutes(group: RouteGroup, { vault }: Product): void {
  group.post("/tokens/setup", async (event) => {
    const user = userOf(event);
    const body = parseInput(setupBody, await event.body());
    await vault.store(user, new PlainToken(body.fal_token), {
      password: body.password,
      autoSession: body.auto_session ?? false,
    });
    return { success: true, message: "FAL token setup successfully" };
  });

  group.post("/tokens/verify", async (event) => {
    const user = userOf(event);
    const { password } = parseInput(verifyBody, await event.body());
    const unlocking = await vault.unlock(user.id, password);
    if (unlocking.state === "open") unlocking.token.wipe();
    return { has_token: unlocking.state !== "no-key", can_decrypt: unlocking.state === "open" };
  });
}
