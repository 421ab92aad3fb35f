import type { App } from "../app.ts";
import { dynamicQuery } from "../db/kysely.ts";
import { escapeHtml } from "./template.ts";

/**
 * Tells every superuser that something needs their attention, each in a mail of their own (PocketBase:
 * core/system_alert.go). What cannot be sent is logged.
 *
 * @param alert.details text, with line breaks
 */
export async function alertSuperusers(
  app: App,
  { subject, details }: { readonly subject: string; readonly details: string },
): Promise<void> {
  const { appName } = app.settings.meta;
  const html = `<p>${escapeHtml(appName)} has a problem that it cannot solve by itself:</p>
<p style="padding: 15px; background: #e4e8ec; white-space: pre-wrap">${escapeHtml(details)}</p>
<p>Its logs in the admin UI may say more.</p>`;
  for (const address of await superuserAddresses(app)) {
    const message = {
      from: app.mail.sender,
      to: [{ address }],
      subject: `[${appName} system alert] ${subject}`,
      html,
    };
    await app.mail.send(message).catch((error: unknown) => {
      app.logger.warn("an alert was not sent", { subject, error });
    });
  }
}

async function superuserAddresses(app: App): Promise<string[]> {
  const rows = await app.db.all<{ email: string }>(
    dynamicQuery.selectFrom("_superusers").select("email").compile(),
  );
  return rows.map(({ email }) => email);
}
