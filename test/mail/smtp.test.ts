import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { describe, expect, onTestFinished, test } from "vitest";
import { findSendmail, SendmailMailer } from "../../src/mail/sendmail.ts";
import { SmtpMailer } from "../../src/mail/smtp.ts";
import type { MailMessage } from "../../src/mail/message.ts";
import type { SmtpSettings } from "../../src/settings/settings.ts";
import { CERTIFICATE, PRIVATE_KEY } from "./certificate.ts";
import { parseMail, type ParsedMail } from "../../src/testing/mime.ts";

const MESSAGE: MailMessage = {
  from: { name: "Jörg, the sender", address: "from@example.com" },
  to: [{ address: "to@example.com" }, { name: "Two", address: "two@example.com" }],
  cc: [{ address: "cc@example.com" }],
  bcc: [{ address: "bcc@example.com" }],
  subject: "Grüße ✓",
  html: '<p>Hällo <b>you</b></p><p><a href="https://x.example/?a=1&amp;b=2">Go</a></p>',
  headers: { "X-Custom": "yes" },
  attachments: { "a.txt": Buffer.from("attached") },
  inlineAttachments: { pixel: Buffer.from([1, 2, 3]) },
};

interface Session {
  readonly greeted: string;
  readonly secure: boolean;
  readonly from: string;
  readonly to: readonly string[];
  readonly mail: ParsedMail;
}

/** An SMTP server made by others; what it was sent and how. */
async function startServer(options: SMTPServerOptions = {}) {
  const sessions: Session[] = [];
  const logins: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    cert: CERTIFICATE,
    key: PRIVATE_KEY,
    logger: false,
    onAuth({ method, username, password }, _, callback) {
      logins.push(`${method} ${username} ${password}`);
      callback(password === "right" ? null : new Error("wrong password"), { user: username });
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        sessions.push({
          greeted: session.hostNameAppearsAs ?? "",
          secure: session.secure,
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
          mail: parseMail(Buffer.concat(chunks).toString("latin1")),
        });
        callback();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  const port = await new Promise<number>((resolve) => {
    const listener = server.listen(0, "0.0.0.0", () =>
      resolve((listener.address() as { port: number }).port),
    );
  });
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const settings: SmtpSettings = {
    enabled: true,
    host: "127.0.0.1",
    port,
    username: "",
    password: "",
    authMethod: "",
    tls: false,
    localName: "",
  };
  return { sessions, logins, settings };
}

describe("an SMTP server", () => {
  test("gets the whole mail, a text made of the HTML, and hidden receivers only on the envelope", async () => {
    const { sessions, settings, logins } = await startServer();
    await new SmtpMailer(settings).send(MESSAGE);
    const [{ from, to, mail, greeted }] = sessions as [Session];
    expect({ from, to, greeted }).toEqual({
      from: "from@example.com",
      to: ["to@example.com", "two@example.com", "cc@example.com", "bcc@example.com"],
      greeted: "localhost",
    });
    expect(mail.subject).toBe("Grüße ✓");
    expect(mail.html.trim()).toBe(MESSAGE.html);
    expect(mail.text.trim()).toBe("Hällo you\r\n[Go](https://x.example/?a=1&b=2)");
    expect(mail.headers.get("x-custom")).toBe("yes");
    expect(mail.headers.get("from")).toBe("Jörg, the sender <from@example.com>");
    expect(mail.headers.get("message-id")).toMatch(/^<[\w]{15}@example\.com>$/);
    expect(mail.raw).not.toContain("bcc@example.com");
    expect(mail.raw).toContain(Buffer.from("attached").toString("base64"));
    expect(mail.raw).toMatch(/Content-Id: <pixel>/i);
    expect(logins).toEqual([]);
  });

  test("keeps a text, a message id and a local name of one's own", async () => {
    const { sessions, settings } = await startServer();
    const own = { ...MESSAGE, text: "mine", headers: { "message-id": "<own@id>" } };
    await new SmtpMailer({ ...settings, localName: "mail.example.com" }).send(own);
    expect(sessions[0]!.mail.text.trim()).toBe("mine");
    expect(sessions[0]!.mail.headers.get("message-id")).toBe("<own@id>");
    expect(sessions[0]!.greeted).toBe("mail.example.com");
  });

  test.for([
    ["", "PLAIN"],
    ["PLAIN", "PLAIN"],
    ["LOGIN", "LOGIN"],
  ] as const)("is logged in to by %j", async ([authMethod, used]) => {
    const { sessions, logins, settings } = await startServer({ authOptional: false });
    const login = { ...settings, username: "me", password: "right", authMethod };
    await new SmtpMailer(login).send(MESSAGE);
    expect(logins).toEqual([`${used} me right`]);
    expect(sessions).toHaveLength(1);
    await expect(new SmtpMailer({ ...login, password: "wrong" }).send(MESSAGE)).rejects.toThrow(
      /Invalid login/,
    );
  });

  test("elsewhere never gets a password unencrypted", async () => {
    const { sessions, logins, settings } = await startServer();
    // The machine's own, but not by one of the names that are known to be.
    const remote = { ...settings, host: "127.0.0.2", username: "me", password: "right" };
    await expect(new SmtpMailer(remote).send(MESSAGE)).rejects.toThrow(/self-signed/);
    expect([sessions, logins]).toEqual([[], []]);
  });

  test.for([
    ["upgraded", { hideSTARTTLS: false }, false],
    ["encrypted from the start", { secure: true }, true],
  ] as const)(
    "with a certificate nobody vouches for is not talked to: %s",
    async ([, options, tls]) => {
      const { sessions, settings } = await startServer(options);
      await expect(new SmtpMailer({ ...settings, tls }).send(MESSAGE)).rejects.toThrow(
        /certificate/i,
      );
      expect(sessions).toEqual([]);
    },
  );

  test("that is not there is an error with its address", async () => {
    const { settings } = await startServer();
    await expect(new SmtpMailer({ ...settings, port: 1 }).send(MESSAGE)).rejects.toThrow(
      /ECONNREFUSED/,
    );
  });

  test.for([
    ["upgraded", { hideSTARTTLS: false }, false],
    ["encrypted from the start", { secure: true }, true],
  ] as const)("with a good certificate is: %s", async ([, options, tls]) => {
    const { sessions, settings, logins } = await startServer(options);
    const before = getCACertificates();
    setDefaultCACertificates([...before, CERTIFICATE]);
    onTestFinished(() => setDefaultCACertificates(before));
    await new SmtpMailer({
      ...settings,
      host: "localhost",
      tls,
      username: "me",
      password: "right",
    }).send(MESSAGE);
    expect(sessions[0]!.secure).toBe(true);
    expect(logins).toEqual(["PLAIN me right"]);
  });
});

describe("sendmail", () => {
  function program(lines: string): { folder: string; path: string; output: string } {
    const folder = mkdtempSync(join(tmpdir(), "sendmail-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "sendmail");
    const output = join(folder, "out");
    writeFileSync(path, `#!/bin/sh\n${lines.replaceAll("OUT", output)}\n`);
    chmodSync(path, 0o755);
    return { folder, path, output };
  }

  test("gets the mail with its receivers", async () => {
    const { path, output } = program('echo "$@" > OUT; cat >> OUT');
    await new SendmailMailer(path).send(MESSAGE);
    const [args, ...rest] = readFileSync(output, "latin1").split("\n");
    expect(args).toBe("-i -t");
    const mail = parseMail(rest.join("\r\n"));
    expect(mail.subject).toBe("Grüße ✓");
    expect(mail.headers.get("to")).toBe("to@example.com, Two <two@example.com>");
    expect(mail.headers.get("bcc")).toBe("bcc@example.com");
  });

  test("that fails says why", async () => {
    const { path } = program("echo no route >&2; exit 75");
    await expect(new SendmailMailer(path).send(MESSAGE)).rejects.toThrow(/ended with 75: no route/);
  });

  test("is looked for in the search path", () => {
    const { folder, path } = program("true");
    expect(findSendmail(["/nowhere", folder].join(delimiter))).toMatch(
      new RegExp(`^(${path}|/usr/s?bin/sendmail)$`),
    );
  });
});
