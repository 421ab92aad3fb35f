import type { App } from "../app.ts";
import { newToken } from "../auth/tokens.ts";
import type { MailTemplate } from "../collections/collection.ts";
import type { TaggedEvent, Hook } from "../events/hook.ts";
import { findRecord } from "../records/find.ts";
import type { RecordModel } from "../records/record.ts";
import { MailerRecordEvent } from "./events.ts";
import type { Mailer, MailMessage } from "./message.ts";
import { alertSuperusers } from "./system-alert.ts";
import { escapeHtml, fillTemplate, type Placeholders, recordPlaceholders } from "./template.ts";
import { AppMailer } from "./transport.ts";

type RecordMailHook = Hook<MailerRecordEvent & TaggedEvent>;

interface RecordMail {
  readonly template: MailTemplate;
  readonly hook: RecordMailHook;
  /** The record's own address when absent. */
  readonly to?: string;
  readonly values: Placeholders;
  /** For the hooks. */
  readonly meta: Readonly<Record<string, string>>;
  /** Runs after the mail was sent, inside the hook. */
  readonly sent?: (event: MailerRecordEvent) => Promise<void>;
}

/** The mails of the engine, and of extensions: reached as `app.mail` (PocketBase: mails/record.go). */
export class MailService {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** A mailer by the present settings; sending through it fires `onMailerSend` (PocketBase: newMailClient). */
  client(): Mailer {
    return new AppMailer(this.#app);
  }

  /** The address that the app's mails come from. */
  get sender(): MailMessage["from"] {
    const { senderName, senderAddress } = this.#app.settings.meta;
    return { name: senderName, address: senderAddress };
  }

  /** @throws Error when it could not be sent; that is logged already, as of all mails here */
  send(message: MailMessage): Promise<void> {
    return this.client().send(message);
  }

  /** Tells all superusers of a problem. Never fails: what cannot be sent is logged. */
  alertSuperusers(subject: string, details: string): Promise<void> {
    return alertSuperusers(this.#app, { subject, details });
  }

  async sendVerification(record: RecordModel): Promise<void> {
    const token = newToken(record, "verification", { email: record.getString("email") });
    await this.#sendToken(record, token, {
      template: optionsOf(record).verificationTemplate,
      hook: this.#app.events.onMailerRecordVerificationSend,
    });
  }

  async sendPasswordReset(record: RecordModel): Promise<void> {
    const token = newToken(record, "passwordReset", { email: record.getString("email") });
    await this.#sendToken(record, token, {
      template: optionsOf(record).resetPasswordTemplate,
      hook: this.#app.events.onMailerRecordPasswordResetSend,
    });
  }

  /** To the new address, so that whoever follows the link owns it. */
  async sendEmailChange(record: RecordModel, newEmail: string): Promise<void> {
    const token = newToken(record, "emailChange", { email: record.getString("email"), newEmail });
    await this.#sendToken(record, token, {
      template: optionsOf(record).confirmEmailChangeTemplate,
      hook: this.#app.events.onMailerRecordEmailChangeSend,
      to: newEmail,
      meta: { newEmail },
    });
  }

  /** Also remembers in the one-time password where it was sent: that address is proven by its use. */
  async sendOtp(record: RecordModel, otpId: string, password: string): Promise<void> {
    await this.#sendAbout(record, {
      template: optionsOf(record).otp.emailTemplate,
      hook: this.#app.events.onMailerRecordOTPSend,
      values: { OTP_ID: otpId, OTP: password },
      meta: { otpId, password },
      sent: (event) => rememberReceiver(event, otpId),
    });
  }

  /** @param info when, from where and with what; escaped here */
  async sendAuthAlert(record: RecordModel, info: string): Promise<void> {
    const escaped = escapeHtml(info);
    await this.#sendAbout(record, {
      template: optionsOf(record).authAlert.emailTemplate,
      hook: this.#app.events.onMailerRecordAuthAlertSend,
      values: { ALERT_INFO: escaped },
      meta: { info: escaped },
    });
  }

  #sendToken(
    record: RecordModel,
    token: string,
    mail: Omit<RecordMail, "values" | "meta"> & {
      readonly meta?: Readonly<Record<string, string>>;
    },
  ): Promise<void> {
    return this.#sendAbout(record, {
      ...mail,
      values: { TOKEN: token },
      meta: { token, ...mail.meta },
    });
  }

  async #sendAbout(record: RecordModel, mail: RecordMail): Promise<void> {
    const { appName, appURL } = this.#app.settings.meta;
    const common = { ...recordPlaceholders(record), APP_NAME: appName, APP_URL: appURL };
    const content = fillTemplate(mail.template, { ...common, ...mail.values });
    const message: MailMessage = {
      from: this.sender,
      to: [{ address: mail.to ?? record.getString("email") }],
      ...content,
    };
    const event = new MailerRecordEvent(this.#app, {
      mailer: this.client(),
      message,
      record,
      meta: mail.meta,
    });
    await mail.hook.trigger(event, async () => {
      await event.mailer.send(event.message);
      await mail.sent?.(event);
    });
  }
}

function optionsOf(record: RecordModel) {
  const { auth } = record.collection;
  if (!auth) throw new Error("not an auth collection record");
  return auth;
}

async function rememberReceiver({ app, message }: MailerRecordEvent, otpId: string): Promise<void> {
  const address = message.to[0]?.address ?? "";
  const otp =
    address === "" ? undefined : await findRecord(app, app.findCollection("_otps"), otpId);
  // Gone already, or sent another way.
  if (!otp || otp.getString("sentTo") !== "") return;
  otp.set("sentTo", address);
  try {
    await app.save(otp);
  } catch (error) {
    app.logger.error("the receiver of a one-time password was not remembered", { otpId, error });
  }
}
