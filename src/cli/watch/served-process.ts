/**
 * A server under a supervisor: `node launch.js served-process.ts FLAGS…`, told over IPC what to do. It never
 * listens itself: the supervisor accepts connections and hands them on.
 */
import { enableCompileCache } from "node:module";
import type { Socket } from "node:net";
import type { Answer, Notice, Order } from "./messages.ts";

enableCompileCache();
const { createApp } = await import("../../embed.ts");
const { parseCommandLine } = await import("../flags.ts");
const { serverOptions } = await import("../folders.ts");
const { announce, outliveLateErrors, printLog } = await import("../terminal.ts");
type Server = ReturnType<typeof createApp>;
type Acceptor = Awaited<ReturnType<Server["acceptor"]>>;

const line = parseCommandLine(process.argv.slice(2));
let server: Server | undefined;
let acceptor: Acceptor | undefined;
let ending: Promise<void> | undefined;

process.on("message", (order: Order, socket?: Socket) => {
  if (order.kind === "connection") accept(socket);
  else if (order.kind === "stop") void end(order.isRestart);
  else void answer(order.kind === "load" ? load() : serve(order));
});
// A supervisor that was killed leaves nobody behind.
process.on("disconnect", () => void end(false));
process.on("SIGTERM", () => void end(false));
// In a terminal Ctrl-C reaches the supervisor too, which ends this process.
process.on("SIGINT", () => undefined);

async function load(): Promise<void> {
  server = createApp({
    ...serverOptions(line),
    extensions: [printLog],
    restartProgram: leaveToAnother,
  });
  outliveLateErrors(server);
  await server.prepare();
}

async function serve({ url, isFirst }: Extract<Order, { kind: "serve" }>): Promise<void> {
  if (!server) throw new Error("nothing is loaded");
  const report = await server.start();
  acceptor = await server.acceptor();
  if (isFirst) await announce(server, { url, report });
}

/** A client may have gone while its connection was handed on. */
function accept(socket: Socket | undefined): void {
  if (!socket) return;
  if (acceptor) acceptor.accept(socket);
  else socket.destroy();
}

/** The supervisor has another process ready. */
function leaveToAnother(): Promise<never> {
  const notice: Notice = { kind: "restart" };
  process.send?.(notice);
  return new Promise(() => undefined);
}

async function answer(work: Promise<void>): Promise<void> {
  const reply: Answer = await work.then(
    () => ({ kind: "done" }),
    (error: unknown) => ({
      kind: "failed",
      message: error instanceof Error ? error.message : String(error),
    }),
  );
  if (process.connected) process.send?.(reply);
}

function end(isRestart: boolean): Promise<void> {
  ending ??= (async () => {
    await server?.stop({ isRestart }).catch((error: unknown) => console.error(error));
    process.exit(0);
  })();
  return ending;
}
