import type { EmulatedInput } from "./fal-models.ts";
import type { Ending } from "./faults.ts";

/** One accepted request. Times are the emulator's milliseconds. */
export interface QueuedRequest {
  readonly id: string;
  readonly key: string;
  readonly endpoint: string;
  readonly input: EmulatedInput;
  readonly ending: Ending;
  /** Answered as `image`, not as a list. */
  readonly isSingle: boolean;
  readonly createdAt: number;
  readonly workMs: number;
  startedAt: number | undefined;
  endsAt: number | undefined;
  isCanceled: boolean;
}

export type RequestState = "IN_QUEUE" | "IN_PROGRESS" | "COMPLETED";

export interface QueueOptions {
  /** Least time in the queue. */
  readonly queueMs: number;
  /** Requests of other customers in front of every new one; they leave evenly during `queueMs`. */
  readonly ahead: number;
  /** Requests of one key that are worked on at the same time. */
  readonly concurrency: number;
}

interface Line {
  readonly waiting: QueuedRequest[];
  /** When each place of work is free again. */
  readonly places: number[];
}

/** The vendor's queue: each key has a few places of work, further requests wait for one. */
export class FalQueue {
  readonly #options: QueueOptions;
  readonly #now: () => number;
  readonly #requests = new Map<string, QueuedRequest>();
  readonly #lines = new Map<string, Line>();

  constructor(options: QueueOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  add(
    request: Pick<
      QueuedRequest,
      "id" | "key" | "endpoint" | "input" | "ending" | "isSingle" | "workMs"
    >,
  ): QueuedRequest {
    const queued: QueuedRequest = {
      ...request,
      createdAt: this.#now(),
      startedAt: undefined,
      endsAt: undefined,
      isCanceled: false,
    };
    this.#requests.set(queued.id, queued);
    this.#lineOf(queued.key).waiting.push(queued);
    return queued;
  }

  find(id: string): QueuedRequest | undefined {
    return this.#requests.get(id);
  }

  all(): readonly QueuedRequest[] {
    for (const key of this.#lines.keys()) this.#advance(this.#lineOf(key));
    return [...this.#requests.values()];
  }

  stateOf(request: QueuedRequest): RequestState {
    this.#advance(this.#lineOf(request.key));
    if (request.endsAt !== undefined && request.endsAt <= this.#now()) return "COMPLETED";
    return request.startedAt === undefined ? "IN_QUEUE" : "IN_PROGRESS";
  }

  /** How many requests are in front. */
  positionOf(request: QueuedRequest): number {
    const own = Math.max(0, this.#lineOf(request.key).waiting.indexOf(request));
    const { ahead, queueMs } = this.#options;
    const left = request.createdAt + queueMs - this.#now();
    return own + (queueMs > 0 ? Math.max(0, Math.ceil((left / queueMs) * ahead)) : 0);
  }

  /** Takes a waiting request out, or stops a running one where it is. */
  cancel(request: QueuedRequest): void {
    const line = this.#lineOf(request.key);
    const at = line.waiting.indexOf(request);
    if (at >= 0) line.waiting.splice(at, 1);
    const place = line.places.indexOf(request.endsAt ?? -1);
    if (place >= 0) line.places[place] = this.#now();
    request.isCanceled = true;
    request.endsAt = this.#now();
  }

  #lineOf(key: string): Line {
    let line = this.#lines.get(key);
    if (!line) {
      line = { waiting: [], places: Array<number>(this.#options.concurrency).fill(0) };
      this.#lines.set(key, line);
    }
    return line;
  }

  /** Starts what could start until now, at the moment when it could. */
  #advance(line: Line): void {
    for (let next = line.waiting[0]; next; next = line.waiting[0]) {
      const free = Math.min(...line.places);
      const startedAt = Math.max(next.createdAt + this.#options.queueMs, free);
      if (startedAt > this.#now()) return;
      next.startedAt = startedAt;
      next.endsAt =
        next.ending.kind === "never" ? Number.POSITIVE_INFINITY : startedAt + next.workMs;
      line.places[line.places.indexOf(free)] = next.endsAt;
      line.waiting.shift();
    }
  }
}
