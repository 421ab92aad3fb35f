import type { App } from "../app.ts";
import { SUPERUSERS } from "../auth/superusers.ts";
import { type Check, checkObject, length, oneOf, required, satisfies } from "../lib/checks.ts";
import { currentDate } from "../lib/date.ts";
import { isEmail } from "../lib/email.ts";
import { problem, ValidationError } from "../lib/errors.ts";
import { randomText } from "../lib/id.ts";
import { RecordModel } from "../records/record.ts";

const SENDERS: Readonly<Record<string, (app: App, record: RecordModel) => Promise<void>>> = {
  verification: (app, record) => app.mail.sendVerification(record),
  "password-reset": (app, record) => app.mail.sendPasswordReset(record),
  "email-change": (app, record) => app.mail.sendEmailChange(record, record.getString("email")),
  otp: (app, record) => app.mail.sendOtp(record, "_PB_TEST_OTP_ID_", "123456"),
  "login-alert": (app, record) =>
    app.mail.sendAuthAlert(record, `${currentDate()} - TEST_IP TEST_USER_AGENT`),
};

export interface TestMailForm {
  readonly email: string;
  readonly template: string;
  /** Id or name of the auth collection whose template is sent; superusers when empty. */
  readonly collection: string;
}

/**
 * Sends one of a collection's mails about a record that does not exist (PocketBase: forms/test_email_send.go).
 *
 * @throws ValidationError by form key, Error when the mail could not be sent
 */
export async function sendTestMail(app: App, form: TestMailForm): Promise<void> {
  const errors = checkObject(
    { ...form },
    {
      collection: [length(1, 255), isAuthCollection(app)],
      email: [
        required,
        length(1, 255),
        satisfies(isEmail, "validation_is_email", "Must be a valid email address."),
      ],
      template: [required, oneOf(Object.keys(SENDERS))],
    },
  );
  if (Object.keys(errors).length > 0) throw new ValidationError(errors);
  await SENDERS[form.template]!(app, pretendRecord(app, form));
}

function isAuthCollection(app: App): Check {
  return (name) =>
    !name || app.collections.find(String(name))?.isAuth
      ? undefined
      : problem(
          "validation_invalid_auth_collection",
          "Must be a valid auth collection id or name.",
        );
}

function pretendRecord(app: App, { collection, email }: TestMailForm): RecordModel {
  const record = new RecordModel(app.findCollection(collection || SUPERUSERS));
  for (const { name, hidden } of record.collection.fields)
    if (!hidden) record.set(name, `__pb_test_${name}__`);
  record.setRaw("tokenKey", randomText(50));
  record.set("email", email);
  return record;
}
