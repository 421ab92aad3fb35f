import type { RequestEvent } from "../http/event.ts";
import { requireSuperuserAuth } from "../http/middleware/require.ts";
import type { Router } from "../http/router.ts";
import { badRequest, ValidationError } from "../lib/errors.ts";
import { readForm } from "../auth/form.ts";
import { sendTestMail } from "./test-mail.ts";

export function addMailRoutes(router: Router): void {
  router.post("/api/settings/test/email", testMail).bind(requireSuperuserAuth());
}

async function testMail(event: RequestEvent): Promise<void> {
  const form = await readForm(event, ["email", "template", "collection"]);
  try {
    await sendTestMail(event.app, form);
  } catch (error) {
    if (error instanceof ValidationError) {
      throw badRequest("Failed to send the test email.", { data: error.errors });
    }
    const reason = error instanceof Error ? error.message : String(error);
    // Superusers only: the mail server's own words are what helps them.
    throw badRequest(`Failed to send the test email. Raw error: \n${reason}`, { cause: error });
  }
  await event.noContent();
}
