import type { ServerResponse } from "node:http";
import {
  type EmulatedCall,
  type EmulatedVendor,
  type Emulation,
  startEmulation,
} from "./emulation.ts";
import type { BilledRequest } from "./bill.ts";
import type { CallbackSender } from "./callbacks.ts";
import type { FalSigner } from "./fal-signer.ts";
import type { QueuedRequest } from "./fal-queue.ts";
import { type Charge, type FalEmulatorOptions, FalVendor, KEY_SET } from "./fal-vendor.ts";

export interface FalEmulator extends Emulation {
  /** Its origin, for `GENERATIO_FAL_URL`. */
  readonly url: string;
  /** Moves its clock on. */
  tick(milliseconds: number): void;
  /** Requests that were accepted: each would be worked on and paid. */
  accepted(): readonly QueuedRequest[];
  /** Finished work so far. */
  charges(): readonly Charge[];
  /** Everything that was accepted, and what came of it so far. */
  bill(): readonly BilledRequest[];
  /** Signs callbacks; for tests that make their own. */
  readonly signer: FalSigner;
  /** Where it was last asked to call back; empty when it never was. */
  lastWebhook(): string;
  /** The answers to its callbacks so far. */
  callbackAnswers(): CallbackSender["answers"];
}

/**
 * Starts a loopback HTTP server that speaks FAL's queue protocol and makes labelled test pictures. It is a
 * stand-in of the vendor, not of our code: the vendor's own client works against it unchanged.
 */
export async function startFalEmulator(options: FalEmulatorOptions = {}): Promise<FalEmulator> {
  const vendor = new FalVendor(options);
  const door = new FalDoor(vendor);
  const emulation = await startEmulation(door, options.port);
  return {
    ...emulation,
    url: vendor.origin,
    tick: (milliseconds) => vendor.tick(milliseconds),
    accepted: () => vendor.queue.all(),
    charges: () => vendor.charges(),
    bill: () => vendor.bill(),
    signer: vendor.signer,
    lastWebhook: () => vendor.lastWebhook,
    callbackAnswers: () => vendor.callbacks.answers,
    close: () => {
      vendor.callbacks.close();
      return emulation.close();
    },
  };
}

const STREAM_EVERY_MS = 50;

class FalDoor implements EmulatedVendor {
  readonly #vendor: FalVendor;

  constructor(vendor: FalVendor) {
    this.#vendor = vendor;
  }

  get origin(): string {
    return this.#vendor.origin;
  }

  set origin(origin: string) {
    this.#vendor.origin = origin;
  }

  /**
   * Requests are known as `/{owner}/{app}/requests/{id}`. With more of the endpoint in between, the path is
   * one to submit to, and reading it is a 405.
   */
  routeOf(method: string, path: string): Pick<EmulatedCall, "route" | "target"> {
    if (path === KEY_SET) return { route: "unknown", target: KEY_SET };
    const parts = path.split("/").filter(Boolean);
    if (parts[0] === "files") return { route: "file", target: parts.slice(1).join("/") };
    if (parts[2] === "requests" && parts[3]) {
      if (parts[4] === "status") return { route: "status", target: parts[3] };
      if (parts[4] === "cancel") return { route: "cancel", target: parts[3] };
      if (parts.length === 4 && method === "GET") return { route: "result", target: parts[3] };
    }
    return method === "POST"
      ? { route: "submit", target: parts.join("/") }
      : { route: "unknown", target: "" };
  }

  reply(call: EmulatedCall) {
    const key = /^Key (.+)$/.exec(call.headers.authorization ?? "")?.[1] ?? "";
    return this.#vendor.reply({ ...call, key });
  }

  promptOf(body: unknown): string {
    return typeof body === "object" && body !== null && "prompt" in body ? String(body.prompt) : "";
  }

  /** Server-sent events until the request is done. */
  async stream(call: EmulatedCall, response: ServerResponse): Promise<boolean> {
    if (!call.url.pathname.endsWith("/stream")) return false;
    response.writeHead(200, { "content-type": "text/event-stream" });
    const path = call.url.pathname.replace(/\/stream$/, "");
    const url = new URL(path + call.url.search, this.origin);
    while (!response.destroyed) {
      const reply = this.reply({ ...call, ...this.routeOf("GET", path), url });
      response.write(`data: ${JSON.stringify(reply.body)}\n\n`);
      if (reply.status !== 202) break;
      await new Promise((resolve) => setTimeout(resolve, STREAM_EVERY_MS));
    }
    response.end();
    return true;
  }
}
