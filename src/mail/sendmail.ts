import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { createTransport } from "nodemailer";
import type { Mailer, MailMessage } from "./message.ts";
import { toSendOptions } from "./smtp.ts";

/** Hands mails to the machine's own `sendmail` program (PocketBase: tools/mailer/sendmail.go). */
export class SendmailMailer implements Mailer {
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
  }

  async send(message: MailMessage): Promise<void> {
    const composer = createTransport({ streamTransport: true, buffer: true, newline: "unix" });
    const { message: content } = await composer.sendMail({
      ...toSendOptions(message),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    // The program reads the recipients from the headers and takes the hidden ones out itself.
    await pipeInto(this.#program, ["-i", "-t"], withBcc(content as Buffer, message));
  }
}

/** The program's path, as the common places and the search path have it. */
export function findSendmail(searchPath = process.env["PATH"] ?? ""): string | undefined {
  const folders = [
    "/usr/sbin",
    "/usr/bin",
    ...searchPath.split(delimiter).filter((part) => part !== ""),
  ];
  return folders.map((folder) => join(folder, "sendmail")).find(isExecutable);
}

function withBcc(content: Buffer, { bcc = [] }: MailMessage): Buffer {
  if (bcc.length === 0) return content;
  const line = `Bcc: ${bcc.map(({ address }) => address.replace(/[\r\n]/g, "")).join(", ")}\n`;
  return Buffer.concat([Buffer.from(line), content]);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function pipeInto(program: string, args: readonly string[], input: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["pipe", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(0, 1000);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code}: ${complaint.trim()}`));
    });
    // A program that ends early is told by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
