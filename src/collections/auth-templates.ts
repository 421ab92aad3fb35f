import type { MailTemplate } from "./collection.ts";

/*
 * The default mails of an auth collection, byte for byte as PocketBase stores them: a template that still
 * equals its default may be renewed by a later version.
 */

const SIGNATURE = `<p>
  Thanks,<br/>
  {APP_NAME} team
</p>`;

/** A mail that asks to follow one link of the admin interface's own pages. */
function linkMail(lines: {
  before: string[];
  page: string;
  button: string;
  after: string;
}): string {
  const link = `{APP_URL}/_/#/auth/${lines.page}/{TOKEN}`;
  return [
    "<p>Hello,</p>",
    ...lines.before.map((line) => `<p>${line}</p>`),
    `<p>\n  <a class="btn" href="${link}" target="_blank" rel="noopener">${lines.button}</a>\n</p>`,
    `<p><i>${lines.after}</i></p>`,
    SIGNATURE,
  ].join("\n");
}

export const VERIFICATION_TEMPLATE: MailTemplate = {
  subject: "Verify your {APP_NAME} email",
  body: linkMail({
    before: [
      "Thank you for joining us at {APP_NAME}.",
      "Click on the button below to verify your email address.",
    ],
    page: "confirm-verification",
    button: "Verify",
    after: "If you didn't recently register, please ignore this email.",
  }),
};

export const PASSWORD_RESET_TEMPLATE: MailTemplate = {
  subject: "Reset your {APP_NAME} password",
  body: linkMail({
    before: ["Click on the button below to reset your password."],
    page: "confirm-password-reset",
    button: "Reset password",
    after: "If you didn't ask to reset your password, please ignore this email.",
  }),
};

export const EMAIL_CHANGE_TEMPLATE: MailTemplate = {
  subject: "Confirm your {APP_NAME} new email address",
  body: linkMail({
    before: ["Click on the button below to confirm your new email address."],
    page: "confirm-email-change",
    button: "Confirm new email",
    after: "If you didn't ask to change your email address, please ignore this email.",
  }),
};

export const OTP_TEMPLATE: MailTemplate = {
  subject: "OTP for {APP_NAME}",
  body: [
    "<p>Hello,</p>",
    "<p>Your one-time password is: <strong>{OTP}</strong></p>",
    "<p><i>If you didn't ask for the one-time password, you can ignore this email.</i></p>",
    SIGNATURE,
  ].join("\n"),
};

const WARNING =
  "<p><strong>If this wasn't you, you should immediately change your {APP_NAME} account password to revoke access from all other locations.</strong></p>";

export const ALERT_TEMPLATE: MailTemplate = {
  subject: "Login from a new location",
  body: [
    "<p>Hello,</p>",
    "<p>We noticed a login to your {APP_NAME} account from a new location:</p>",
    "<p><em>{ALERT_INFO}</em></p>",
    WARNING,
    "<p>If this was you, you may disregard this email.</p>",
    SIGNATURE,
  ].join("\n"),
};

/** The alert's default body before it could name the place; a folder may still hold it. */
export const FORMER_ALERT_BODY = [
  "<p>Hello,</p>",
  "<p>We noticed a login to your {APP_NAME} account from a new location.</p>",
  "<p>If this was you, you may disregard this email.</p>",
  WARNING,
  SIGNATURE,
].join("\n");
