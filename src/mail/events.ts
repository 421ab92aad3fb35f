import type { App } from "../app.ts";
import { HookEvent } from "../events/hook.ts";
import type { RecordModel } from "../records/record.ts";
import type { Mailer, MailMessage } from "./message.ts";

/** A mail on its way out. Replacing `mailer` changes the transport; not calling `next()` keeps the mail back. */
export class MailerEvent extends HookEvent {
  app: App;
  mailer: Mailer;
  message: MailMessage;

  constructor(app: App, mailer: Mailer, message: MailMessage) {
    super();
    this.app = app;
    this.mailer = mailer;
    this.message = message;
  }
}

/** A mail about an auth record, with its template already filled in. */
export class MailerRecordEvent extends MailerEvent {
  readonly record: RecordModel;
  /** What the template was filled with: `token`, `newEmail`, `otpId` and `password`, or `info`. */
  readonly meta: Readonly<Record<string, string>>;

  constructor(
    app: App,
    fields: {
      readonly mailer: Mailer;
      readonly message: MailMessage;
      readonly record: RecordModel;
      readonly meta: Readonly<Record<string, string>>;
    },
  ) {
    super(app, fields.mailer, fields.message);
    this.record = fields.record;
    this.meta = fields.meta;
  }

  tags(): readonly string[] {
    return this.record.tags();
  }
}
