/** An address of a mail; the name may be absent. */
export interface MailAddress {
  name?: string;
  address: string;
}

/** What a mail carries beside its text. */
export type MailContent = Uint8Array | string | NodeJS.ReadableStream;

/** One mail, as hooks see and may change it (PocketBase: tools/mailer.Message). */
export interface MailMessage {
  from: MailAddress;
  to: MailAddress[];
  cc?: MailAddress[];
  bcc?: MailAddress[];
  subject: string;
  html: string;
  /** Made from `html` when it is empty. */
  text?: string;
  headers?: Record<string, string>;
  /** Content by file name. */
  attachments?: Record<string, MailContent>;
  /** Content by content id, for `<img src="cid:…">`. */
  inlineAttachments?: Record<string, MailContent>;
}

/** A way to send mails. */
export interface Mailer {
  /** Resolves once the mail was taken over by the next server. @throws Error with the reason */
  send(message: MailMessage): Promise<void>;
}
