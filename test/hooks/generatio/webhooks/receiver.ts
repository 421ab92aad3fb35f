import { createServer, type IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** A call as it arrived. */
export interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Unix milliseconds. */
  readonly at: number;
}

export interface Receiver {
  readonly url: string;
  readonly calls: readonly ReceivedCall[];
  /** What the next calls are answered with, one after another; 200 when there is nothing more. */
  answer(...statuses: readonly (number | "hang" | "redirect")[]): void;
  close(): Promise<void>;
}

/** Somebody's server that wants to be told. */
export async function startReceiver(): Promise<Receiver> {
  const calls: ReceivedCall[] = [];
  const answers: (number | "hang" | "redirect")[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      calls.push({ path: request.url ?? "", headers: request.headers, body, at: Date.now() });
      const status = answers.shift() ?? 200;
      if (status === "hang") return;
      if (status === "redirect") return void response.writeHead(302, { location: "/else" }).end();
      response.writeHead(status).end("thanks, secret-of-the-receiver");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer: (...statuses) => void answers.push(...statuses),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
