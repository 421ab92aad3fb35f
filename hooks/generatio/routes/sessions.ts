import { z } from "zod";
import { userOf } from "../caller.ts";
import { invalidField, notFound, ProductError } from "../errors.ts";
import type { Product } from "../product.ts";
import { SESSION_HEADER } from "../sessions/hooks.ts";
import { openSession } from "../sessions/open.ts";
import { parseInput } from "../validation.ts";
import type { RouteGroup } from "./group.ts";
import { typedPassword } from "./tokens.ts";

const createBody = z.object({ password: typedPassword, provider: z.string().max(50).optional() });

export function addSessionRoutes(group: RouteGroup, product: Product): void {
  const { sessions, vault } = product;

  group.post("/auth/create-session", async (event) => {
    const user = userOf(event);
    const { password, provider } = parseInput(createBody, await event.body());
    const unlocking = await vault.unlock(user.id, password, { provider });
    switch (unlocking.state) {
      case "no-key":
        throw notFound("No token is stored: set one up first.");
      case "wrong-password":
        throw new ProductError(
          "authentication_error",
          "The password does not open the stored token.",
        );
      case "open": {
        const session = await openSession(product, user.id, unlocking.keys);
        return {
          session_id: session.id,
          expires_at: new Date(session.expiresAt).toISOString(),
          ...shownProviders(session.keys.providers),
        };
      }
    }
  });

  group.delete("/auth/session", (event) => {
    const user = userOf(event);
    const id = event.header(SESSION_HEADER) ?? "";
    if (id === "") throw invalidField(SESSION_HEADER, "is required", "validation_required");
    if (sessions.isOthers(id, user.id)) {
      throw new ProductError("authorization_error", "The session is another user's.");
    }
    if (!sessions.close(id, user.id)) throw notFound("There is no such session.");
    return { success: true, message: "Session deleted successfully" };
  });

  group.get("/auth/token-status", async (event) => {
    const user = userOf(event);
    const stored = await vault.stored.of(user.id);
    const hasToken = stored.length > 0;
    const hasActiveSession = sessions.hasActive(user.id);
    return {
      has_token: hasToken,
      has_active_session: hasActiveSession,
      requires_login: hasToken && !hasActiveSession,
      ...shownProviders(stored.map(({ provider }) => provider)),
    };
  });
}

/** Told once there is more than document 000 knows of. */
function shownProviders(providers: readonly string[]): { providers?: readonly string[] } {
  return providers.every((provider) => provider === "fal") ? {} : { providers };
}
