import { randomText } from "../lib/id.ts";

/** What every event carries: the way to the rest of the chain. */
export abstract class HookEvent {
  #next: (() => Promise<void>) | undefined;

  /**
   * Runs the handlers that follow and the core operation at the end of the chain. A handler that never
   * calls it skips both, silently, as in PocketBase; a second call continues with the first handler not
   * yet reached and never runs one twice (PocketBase: tools/hook/event.go).
   */
  next(): Promise<void> {
    return this.#next ? this.#next() : Promise.resolve();
  }

  /** For the hook engine: sets the way on. */
  setNext(next: (() => Promise<void>) | undefined): void {
    this.#next = next;
  }
}

/** An event that belongs to something nameable (a collection, a table), for handlers bound to tags. */
export interface TaggedEvent {
  tags(): readonly string[];
}

export type HandlerFunc<E> = (event: E) => unknown;

export interface Handler<E> {
  /** Handlers are unbound and replaced by it; made up when absent. */
  readonly id?: string;
  /** Ascending: lower ones run first; equal ones in the order they were bound. 0 when absent. */
  readonly priority?: number;
  readonly func: HandlerFunc<E>;
}

interface Bound<E> {
  readonly id: string;
  readonly priority: number;
  readonly func: HandlerFunc<E>;
  /** Runs only for events with one of them; empty means every event. */
  readonly tags: readonly string[];
}

/** Ids of the engine's own handlers begin like this. */
const SYSTEM_ID = /^(__pb|pb)/;

/** An ordered chain of handlers around a core operation (PocketBase: tools/hook/hook.go). */
export class Hook<E extends HookEvent> {
  #handlers: readonly Bound<E>[] = [];
  /** Whether a handler is bound that is not the engine's own. */
  #hasForeign = false;
  #hasTags = false;

  /** Adds a handler, or replaces the one with the same id in its place; returns the id. */
  bind(handler: Handler<E>, tags: readonly string[] = []): string {
    const bound: Bound<E> = {
      id: handler.id || randomText(20),
      priority: handler.priority ?? 0,
      func: handler.func,
      tags,
    };
    const handlers = [...this.#handlers];
    const existing = handlers.findIndex((other) => other.id === bound.id);
    if (existing >= 0) handlers[existing] = bound;
    else handlers.push(bound);
    this.#replace(handlers.toSorted((a, b) => a.priority - b.priority));
    return bound.id;
  }

  bindFunc(func: HandlerFunc<E>): string {
    return this.bind({ func });
  }

  unbind(...ids: string[]): void {
    this.#replace(this.#handlers.filter((handler) => !ids.includes(handler.id)));
  }

  unbindAll(): void {
    this.#replace([]);
  }

  #replace(handlers: readonly Bound<E>[]): void {
    this.#handlers = handlers;
    this.#hasForeign = handlers.some(({ id }) => !SYSTEM_ID.test(id));
    this.#hasTags = handlers.some(({ tags }) => tags.length > 0);
  }

  get length(): number {
    return this.#handlers.length;
  }

  get ids(): readonly string[] {
    return this.#handlers.map((handler) => handler.id);
  }

  /** True when a handler that is not the engine's own is bound, to any event or to one with these tags. */
  isWatched(tags?: readonly string[]): boolean {
    return (
      this.#hasForeign &&
      this.#handlers.some(
        (handler) => !SYSTEM_ID.test(handler.id) && (!tags || isMeant(handler, tags)),
      )
    );
  }

  /**
   * Runs the chain: the handlers bound at this moment, then `last` in order (the core operation).
   * Errors travel outwards through the awaiting handlers.
   */
  trigger(event: E, ...last: readonly HandlerFunc<E>[]): Promise<void> {
    const handlers = this.#handlersFor(event);
    return this.#hasForeign ? runChain(event, handlers, last) : runTrusted(event, handlers, last);
  }

  #handlersFor(event: E): readonly Bound<E>[] {
    if (!this.#hasTags) return this.#handlers;
    const tags = isTagged(event) ? event.tags() : [];
    return this.#handlers.filter((handler) => isMeant(handler, tags));
  }
}

async function runChain<E extends HookEvent>(
  event: E,
  handlers: readonly Bound<E>[],
  last: readonly HandlerFunc<E>[],
): Promise<void> {
  const total = handlers.length + last.length;
  if (total === 0) return;
  const running: Promise<void>[] = [];
  const isSettled: boolean[] = [];
  const step = async (index: number): Promise<void> => {
    try {
      await (index < handlers.length
        ? handlers[index]!.func(event)
        : last[index - handlers.length]!(event));
      // A handler that forgot to await `next()` must not let its caller go on before the core has run.
      for (let inner = index + 1; inner < running.length; inner++)
        if (!isSettled[inner]) await running[inner];
    } finally {
      isSettled[index] = true;
    }
  };
  const advance = (): Promise<void> => {
    const index = running.length;
    if (index >= total) return Promise.resolve();
    // Taken before the handler runs, which may come here again at once.
    running.push(Promise.resolve());
    const promise = step(index);
    running[index] = promise;
    // Its error is for whoever awaits it, now or later.
    promise.catch(ignore);
    return promise;
  };
  event.setNext(advance);
  await advance();
}

/** A chain of the engine's own handlers, which wait for `next()`: nothing has to be kept of its steps. */
function runTrusted<E extends HookEvent>(
  event: E,
  handlers: readonly Bound<E>[],
  last: readonly HandlerFunc<E>[],
): Promise<void> {
  let reached = 0;
  const advance = (): Promise<void> => {
    const index = reached++;
    const func = handlers[index]?.func ?? last[index - handlers.length];
    if (!func) return DONE;
    try {
      return Promise.resolve(func(event) as void | Promise<void>);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  event.setNext(advance);
  return advance();
}

const DONE: Promise<void> = Promise.resolve();

function ignore(): void {}

function isMeant(handler: Bound<never>, tags: readonly string[]): boolean {
  return handler.tags.length === 0 || handler.tags.some((tag) => tags.includes(tag));
}

function isTagged(event: object): event is TaggedEvent {
  return "tags" in event;
}

/** A view of a hook that runs its handlers only for events with one of its tags; no tags means every event. */
export class TaggedHook<E extends HookEvent & TaggedEvent> {
  readonly #hook: Hook<E>;
  readonly #tags: readonly string[];

  constructor(hook: Hook<E>, tags: readonly string[]) {
    this.#hook = hook;
    this.#tags = tags;
  }

  bind(handler: Handler<E>): string {
    return this.#hook.bind(handler, this.#tags);
  }

  bindFunc(func: HandlerFunc<E>): string {
    return this.bind({ func });
  }

  unbind(...ids: string[]): void {
    this.#hook.unbind(...ids);
  }

  get length(): number {
    return this.#hook.length;
  }

  trigger(event: E, ...last: readonly HandlerFunc<E>[]): Promise<void> {
    return this.#hook.trigger(event, ...last);
  }
}
