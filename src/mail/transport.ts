import type { App } from "../app.ts";
import { MailerEvent } from "./events.ts";
import type { Mailer, MailMessage } from "./message.ts";
import { findSendmail, SendmailMailer } from "./sendmail.ts";
import { SmtpMailer } from "./smtp.ts";

/**
 * The app's way to send mails, with the send hooks around it (PocketBase: core.BaseApp.NewMailClient): the
 * SMTP server of the settings, else the machine's sendmail program.
 */
export class AppMailer implements Mailer {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async send(message: MailMessage): Promise<void> {
    const app = this.#app;
    const event = new MailerEvent(app, this, message);
    try {
      await app.events.onMailerSend.trigger(event, async () => {
        if (event.mailer !== this) return event.mailer.send(event.message);
        if (app.config.dev) process.stdout.write(describeMail(event.message));
        await transportOf(app).send(event.message);
      });
    } catch (error) {
      // Neither text nor subject: they may hold what opens the account.
      const to = event.message.to.map(({ address }) => address);
      app.logger.error("mail was not sent", { to, error });
      throw error;
    }
  }
}

function transportOf(app: App): Mailer {
  const { smtp } = app.settings;
  if (smtp.enabled) return new SmtpMailer(smtp);
  const sendmail = findSendmail();
  if (sendmail) return new SendmailMailer(sendmail);
  return app.config.dev ? PRINTED : NONE;
}

/** In dev mode a mail on the terminal is delivered. */
const PRINTED: Mailer = { send: () => Promise.resolve() };

const NONE: Mailer = {
  send: () =>
    Promise.reject(
      new Error("there is no way to send mails: SMTP is off and there is no sendmail program"),
    ),
};

/** A mail for whoever develops on the terminal. */
export function describeMail(message: MailMessage): string {
  const list = (addresses: MailMessage["to"] = []) =>
    addresses.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(", ");
  const files = Object.keys({ ...message.attachments, ...message.inlineAttachments });
  const body = (message.text || message.html).trim().replace(/^/gm, "        ");
  return [
    "Mail",
    `├─ From: ${list([message.from])}`,
    `├─ To: ${list(message.to)}`,
    ...(message.cc?.length ? [`├─ Cc: ${list(message.cc)}`] : []),
    ...(message.bcc?.length ? [`├─ Bcc: ${list(message.bcc)}`] : []),
    `├─ Subject: ${message.subject}`,
    ...(files.length > 0 ? [`├─ Attachments: ${files.join(", ")}`] : []),
    `└─ ${message.text ? "Text" : "HTML"}:\n${body}\n`,
  ].join("\n");
}
