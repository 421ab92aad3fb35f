import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Seen } from "./realtime-expectations.ts";

/** Of every account. */
export const PASSWORD = "1234567890";

export interface ListenOrder {
  readonly url: string;
  readonly clients: readonly { readonly name: string; readonly audience: string }[];
  /** Clients of the SDK as it is, which cannot resume. */
  readonly isPlain: boolean;
}

export type Order =
  | ({ readonly kind: "listen" } & ListenOrder)
  | { readonly kind: "break"; readonly share: number; readonly seed: number }
  | { readonly kind: "counts" }
  | { readonly kind: "collect" };

export interface Count {
  readonly audience: string;
  /** Different events so far. */
  readonly distinct: number;
}

/** What was seen, as places in a list of all texts. */
export interface Report {
  readonly gaps: readonly string[];
  readonly texts: readonly string[];
  readonly clients: readonly {
    readonly name: string;
    readonly audience: string;
    readonly state: string;
    readonly seen: Uint32Array;
  }[];
}

/** Clients of the official SDK that listen in a thread of their own, so that taking events in holds up nobody else. */
export class ListenersThread {
  readonly #worker = new Worker(join(import.meta.dirname, "realtime-resume-listeners-child.ts"));

  async listen(order: ListenOrder): Promise<void> {
    await this.#ask({ kind: "listen", ...order });
  }

  /** Breaks some connections. @returns how many */
  async break(share: number, seed: number): Promise<number> {
    return (await this.#ask({ kind: "break", share, seed })) as number;
  }

  async counts(): Promise<Count[]> {
    return (await this.#ask({ kind: "counts" })) as Count[];
  }

  async collect(): Promise<{ readonly gaps: readonly string[]; readonly clients: Seen[] }> {
    const { gaps, texts, clients } = (await this.#ask({ kind: "collect" })) as Report;
    return {
      gaps,
      clients: clients.map(({ name, audience, state, seen }) => ({
        name: `${name} (${state})`,
        audience,
        seen: Array.from(seen, (place) => texts[place]!),
      })),
    };
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(order: Order): Promise<unknown> {
    this.#worker.postMessage(order);
    const [answer] = (await once(this.#worker, "message")) as [unknown];
    return answer;
  }
}
