import { z } from "zod";
import { userOf } from "../caller.ts";
import { invalidField, notFound } from "../errors.ts";
import type { Product } from "../product.ts";
import { PlainToken } from "../tokens/secret.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";

const MAX_PASSWORD = 1000;

const keyPassword = z.string().min(8).max(MAX_PASSWORD);
/** What was set up under other rules is still to be opened. */
export const typedPassword = z.string().min(1).max(MAX_PASSWORD);

// It becomes part of a header: printable ASCII without blanks.
const key = z
  .string()
  .trim()
  .min(1)
  .max(512)
  .regex(/^[\x21-\x7e]*$/, "must be printable characters without blanks");

/** Document 000 knows no other. */
const providerBody = z.object({ provider: z.string().max(50).default("fal") });

const shared = {
  password: keyPassword,
  auto_session: z.boolean().default(false),
  label: z.string().trim().max(100).default(""),
};
const anyBody = z.object({ token: key, ...shared });
const falBody = z
  .object({ fal_token: key, ...shared })
  .transform(({ fal_token: token, ...rest }) => ({ token, ...rest }));

const verifyBody = z.object({ password: typedPassword, provider: z.string().max(50).optional() });

export function addTokenRoutes(group: RouteGroup, product: Product): void {
  const { vault } = product;
  group.post("/tokens/setup", async (event) => {
    const user = userOf(event);
    const body = await event.body();
    const { provider } = parseInput(providerBody, body);
    const name = checkProvider(product, provider);
    const isFal = provider === "fal" && body["token"] === undefined;
    const { token, label, password, auto_session } = parseInput(isFal ? falBody : anyBody, body);
    const stored = { provider, token: new PlainToken(token), label };
    await vault.store(user, stored, { password, autoSession: auto_session });
    return { success: true, message: `${name} token setup successfully` };
  });

  group.post("/tokens/verify", async (event) => {
    const user = userOf(event);
    const { password, provider } = parseInput(verifyBody, await event.body());
    const unlocking = await vault.unlock(user.id, password, { provider });
    if (unlocking.state === "open") unlocking.keys.wipe();
    return { has_token: unlocking.state !== "no-key", can_decrypt: unlocking.state === "open" };
  });

  group.delete("/tokens/{provider}", async (event) => {
    const user = userOf(event);
    const isGone = await vault.stored.remove(user.id, event.params["provider"] ?? "");
    if (!isGone) throw notFound("No token of this provider is stored.");
    return { success: true, message: "Token deleted successfully" };
  });
}

/** As they call themselves. */
const NAMES: Readonly<Record<string, string>> = {
  fal: "FAL",
  replicate: "Replicate",
  openai: "OpenAI",
};

/** @returns how the provider is called @throws ProductError unless users may bring keys of it */
function checkProvider({ providers, settings }: Product, id: string): string {
  const isKnown = providers.get(id)?.needsKey === true;
  if (isKnown && settings.keySources.get(id) !== "server") return NAMES[id] ?? id;
  throw invalidField("provider", "takes no keys here", "validation_unknown_provider");
}
