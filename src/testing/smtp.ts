import { createServer, type Socket } from "node:net";
import type { SmtpSettings } from "../settings/settings.ts";
import { parseMail } from "./mime.ts";

/** A mail as it arrived. */
export interface ReceivedMail {
  /** Envelope addresses. */
  readonly from: string;
  readonly to: readonly string[];
  /** By lower-case name, decoded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly subject: string;
  /** The decoded parts; empty when there is none. */
  readonly text: string;
  readonly html: string;
  /** As sent. */
  readonly raw: string;
}

/** An SMTP server that keeps what it is sent. */
export interface Mailbox {
  readonly port: number;
  /** Settings that send to it. */
  readonly settings: SmtpSettings;
  /** All that arrived so far. */
  readonly mails: readonly ReceivedMail[];
  /** The next mail, or the oldest one not yet taken. @throws Error when none comes in time */
  next(timeoutMs?: number): Promise<ReceivedMail>;
  close(): Promise<void>;
}

/** Starts an SMTP server on a free port of the loopback address: plain, without login. */
export async function startMailbox(): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  const waiting: (() => void)[] = [];
  const sockets = new Set<Socket>();
  let taken = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    converse(socket, (mail) => {
      mails.push(mail);
      for (const wake of waiting.splice(0)) wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    settings: {
      enabled: true,
      host: "127.0.0.1",
      port,
      username: "",
      password: "",
      authMethod: "",
      tls: false,
      localName: "",
    },
    mails,
    async next(timeoutMs = 5000) {
      const deadline = Date.now() + timeoutMs;
      while (taken >= mails.length) {
        if (Date.now() >= deadline) throw new Error(`no mail arrived within ${timeoutMs} ms`);
        await Promise.race([
          new Promise<void>((resolve) => waiting.push(resolve)),
          new Promise<void>((resolve) => setTimeout(resolve, deadline - Date.now()).unref()),
        ]);
      }
      return mails[taken++]!;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** The server's half of RFC 5321, as far as one client needs it. */
function converse(socket: Socket, deliver: (mail: ReceivedMail) => void): void {
  let buffer = "";
  let from = "";
  let to: string[] = [];
  let isData = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const obey = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
    if (verb === "MAIL") from = address;
    if (verb === "RCPT") to.push(address);
    if (verb === "RSET") to = [];
    isData = verb === "DATA";
    if (verb === "QUIT") socket.end("221 bye\r\n");
    else say(isData ? "354 go on" : verb === "EHLO" ? "250 mailbox" : "250 ok");
  };
  const take = (content: string): void => {
    isData = false;
    deliver({ from, to, ...parseMail(content.replace(/^\.\./gm, ".")) });
    to = [];
    say("250 kept");
  };
  socket.setEncoding("latin1");
  socket.on("error", () => undefined);
  socket.on("data", (chunk: string) => {
    buffer += chunk;
    for (;;) {
      const mark = isData ? "\r\n.\r\n" : "\r\n";
      const end = buffer.indexOf(mark);
      if (end < 0) return;
      const part = buffer.slice(0, end);
      buffer = buffer.slice(end + mark.length);
      if (isData) take(part);
      else obey(part);
    }
  });
  say("220 mailbox");
}
