/**
 * A process of realtime clients for `realtime.ts`: `URL COUNT FIRST_ADDRESS`, with their tokens over the channel to
 * its parent (empty for guests). Says `ready`, then for each event when the last of its clients has got it.
 */
import { Agent, request } from "node:http";
import { type Socket, connect } from "node:net";

const [url = "", countText = "0", localAddress = "127.0.0.1"] = process.argv.slice(2);
const count = Number(countText);
const AT_ONCE = 100;
const EVENT = Buffer.from("event:posts");
const { hostname, port } = new URL(url);

const sockets: Socket[] = [];
let tokens: readonly string[] = [];
/** By the number of the event: how many clients have it. */
const told: number[] = [];

process.once("message", (message) => {
  tokens = message as string[];
  void open();
});
process.on("disconnect", () => process.exit());

async function open(): Promise<void> {
  for (let first = 0; first < count; first += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - first);
    await Promise.all(Array.from({ length: size }, (_, index) => openClient(first + index)));
  }
  process.send!("ready");
}

/** Raw sockets: what the clients cost must not hide what the server does. */
async function openClient(index: number): Promise<void> {
  const socket = connect({ port: Number(port), host: hostname, localAddress });
  sockets.push(socket);
  socket.setNoDelay(true);
  let received = 0;
  socket.write("GET /api/realtime HTTP/1.1\r\nHost: bench\r\n\r\n");
  const clientId = await new Promise<string>((resolve, reject) => {
    let head = "";
    socket.once("error", reject);
    socket.on("data", (chunk: Buffer) => {
      if (head !== undefined && !head.includes('clientId":"')) {
        head += chunk.toString("latin1");
        const [, id] = /"clientId":"(\w+)"/.exec(head) ?? [];
        if (id !== undefined) resolve(id);
        return;
      }
      for (let at = chunk.indexOf(EVENT); at >= 0; at = chunk.indexOf(EVENT, at + 1)) {
        received++;
        told[received] = (told[received] ?? 0) + 1;
        if (told[received] === count)
          process.send!({ event: received, at: String(process.hrtime.bigint()) });
      }
    });
  });
  const token = tokens.length > 0 ? tokens[index % tokens.length]! : "";
  await subscribe(clientId, token);
}

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, localAddress });

/** From the address that connected: another one's request is refused. */
async function subscribe(clientId: string, token: string): Promise<void> {
  const body = JSON.stringify({ clientId, subscriptions: ["posts/*"] });
  const headers = { "content-type": "application/json", ...(token && { authorization: token }) };
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asking = request(`${url}/api/realtime`, { method: "POST", agent, headers }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer.statusCode));
    });
    asking.once("error", reject);
    asking.end(body);
  });
  if (status !== 204) throw new Error(`subscribing: ${status}`);
}
