import type { RequestEvent } from "../../http/event.ts";
import { badRequest } from "../../lib/errors.ts";
import { integerIn, readForm, readValues, requireValid } from "../form.ts";
import { checkAppleSecret, createAppleSecret } from "../oauth2/apple-secret.ts";

/** POST /api/settings/apple/generate-client-secret (PocketBase: forms/apple_client_secret_create.go). */
export async function generateAppleSecret(event: RequestEvent): Promise<void> {
  const texts = await readForm(event, ["clientId", "teamId", "keyId", "privateKey"]);
  const form = { ...texts, duration: integerIn((await readValues(event)).get("duration")) };
  requireValid(checkAppleSecret(form), "Invalid client secret data.");
  const secret = await createAppleSecret(form).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw badRequest(`Failed to generate client secret. Raw error: \n${reason}`, { cause: error });
  });
  await event.json(200, { secret });
}
