import { createTransport, type SendMailOptions } from "nodemailer";
import { randomText } from "../lib/id.ts";
import type { SmtpSettings } from "../settings/settings.ts";
import { htmlToText } from "./html-to-text.ts";
import type { MailAddress, MailContent, Mailer, MailMessage } from "./message.ts";

/** A server that says nothing must not hold a request for minutes. */
const CONNECT_MS = 20_000;
const SILENCE_MS = 60_000;

/** Sends through an SMTP server, one connection per mail (PocketBase: tools/mailer/smtp.go). */
export class SmtpMailer implements Mailer {
  readonly #settings: SmtpSettings;

  constructor(settings: SmtpSettings) {
    this.#settings = settings;
  }

  async send(message: MailMessage): Promise<void> {
    const transport = createTransport(this.#options());
    try {
      await transport.sendMail(toSendOptions(message));
    } finally {
      transport.close();
    }
  }

  #options() {
    const { host, port, username, password, tls, authMethod, localName } = this.#settings;
    const hasLogin = username !== "" || password !== "";
    return {
      host,
      port,
      // Encrypted from the first byte, or upgraded when the server offers it.
      secure: tls,
      name: localName || "localhost",
      // A password never travels unencrypted, except inside the machine (Go: smtp.PlainAuth).
      requireTLS: hasLogin && !tls && !isLocal(host),
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      // Both read from what a hook put into a message: files and addresses are not its to reach.
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(hasLogin && {
        auth: { user: username, pass: password },
        authMethod: authMethod || "PLAIN",
      }),
    };
  }
}

function isLocal(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1" || host === "::1";
}

/** The parts of a mail in nodemailer's words. */
export function toSendOptions(message: MailMessage): SendMailOptions {
  const { from, to, cc = [], bcc = [], subject, html, text, headers = {} } = message;
  const hasId = Object.keys(headers).some((name) => name.toLowerCase() === "message-id");
  const domain = from.address.split("@")[1];
  return {
    from: toAddress(from),
    to: to.map(toAddress),
    cc: cc.map(toAddress),
    bcc: bcc.map(toAddress),
    subject,
    html,
    text: text || htmlToText(html),
    headers,
    ...(!hasId && domain && { messageId: `<${randomText(15)}@${domain}>` }),
    attachments: [
      ...attachments(message.attachments),
      ...attachments(message.inlineAttachments, true),
    ],
  };
}

function toAddress({ name = "", address }: MailAddress): { name: string; address: string } {
  return { name, address };
}

function attachments(
  contents: Readonly<Record<string, MailContent>> = {},
  isInline = false,
): NonNullable<SendMailOptions["attachments"]> {
  return Object.entries(contents).map(([filename, content]) => {
    const bytes = content instanceof Uint8Array ? Buffer.from(content) : (content as string);
    if (!isInline) return { filename, content: bytes };
    return { filename, content: bytes, cid: filename, contentDisposition: "inline" as const };
  });
}
