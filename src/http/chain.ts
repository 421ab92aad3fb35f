import type { Handler } from "../events/hook.ts";
import type { RequestEvent } from "./event.ts";

/** Returned by `enter` when the request is answered and the rest of the chain must not run. */
export const STOP = Symbol("stop");

/** What went wrong further in. */
export interface Failure {
  readonly error: unknown;
}

/**
 * A middleware in two halves instead of one function around `next()`. It behaves the same (`func` is made of
 * them) but a chain of such halves runs without a promise where nothing waits.
 */
export interface Middleware extends Handler<RequestEvent> {
  readonly id: string;
  /** Before the rest of the chain; may throw, and may return a promise. */
  readonly enter?: (event: RequestEvent) => unknown;
  /** After it, in any case; what it returns replaces the failure. */
  readonly leave?: (event: RequestEvent, failure: Failure | undefined) => Failure | undefined;
}

/** Makes a middleware of its halves. */
export function defineMiddleware(options: Omit<Middleware, "func">): Middleware {
  const { enter, leave } = options;
  const around = async (event: RequestEvent): Promise<void> => {
    if ((await enter?.(event)) !== STOP) await event.next();
  };
  const func = async (event: RequestEvent): Promise<void> => {
    let failure: Failure | undefined;
    try {
      await around(event);
    } catch (error) {
      failure = { error };
    }
    failure = leave?.(event, failure);
    if (failure !== undefined) throw failure.error;
  };
  return { ...options, func: leave === undefined ? around : func };
}

/** Runs a request through its middlewares to the action; synchronous when none of them waits. */
export type Chain = (event: RequestEvent) => void | Promise<void>;

/** @param handlers in the order they run */
export function composeChain(
  handlers: readonly Handler<RequestEvent>[],
  action: (event: RequestEvent) => void | Promise<void>,
): Chain {
  return (event) => new Run(event, handlers, action).advance();
}

/** One request on its way through a chain. Same rules as `Hook.trigger`: see `HookEvent.next`. */
class Run {
  readonly #event: RequestEvent;
  readonly #handlers: readonly Partial<Middleware>[];
  readonly #action: (event: RequestEvent) => void | Promise<void>;
  #reached = 0;

  constructor(
    event: RequestEvent,
    handlers: readonly Handler<RequestEvent>[],
    action: (event: RequestEvent) => void | Promise<void>,
  ) {
    this.#event = event;
    this.#handlers = handlers;
    this.#action = action;
  }

  /** Runs the first handler not yet reached, and through it the rest. */
  advance(): void | Promise<void> {
    const index = this.#reached++;
    if (index > this.#handlers.length) return;
    const handler = this.#handlers[index];
    if (handler === undefined) return this.#action(this.#event);
    if (handler.enter === undefined && handler.leave === undefined)
      return this.#wrap(handler.func!);
    return handler.leave === undefined
      ? this.#enter(handler)
      : this.#surround(handler, handler.leave);
  }

  #enter(handler: Partial<Middleware>): void | Promise<void> {
    const entered = handler.enter?.(this.#event);
    if (isPromise(entered))
      return entered.then((result) => (result === STOP ? undefined : this.advance()));
    return entered === STOP ? undefined : this.advance();
  }

  #surround(
    handler: Partial<Middleware>,
    leave: NonNullable<Middleware["leave"]>,
  ): void | Promise<void> {
    const settle = (failure: Failure | undefined): void => {
      const left = leave(this.#event, failure);
      if (left !== undefined) throw left.error;
    };
    let inner: void | Promise<void>;
    try {
      inner = this.#enter(handler);
    } catch (error) {
      return settle({ error });
    }
    if (!isPromise(inner)) return settle(undefined);
    return inner.then(
      () => settle(undefined),
      (error: unknown) => settle({ error }),
    );
  }

  /** A handler that calls `next()` itself. One that forgets to await it is still waited for. */
  #wrap(func: Handler<RequestEvent>["func"]): Promise<void> {
    const unsettled = new Set<Promise<void>>();
    this.#event.setNext(() => {
      const promise = start(() => this.advance());
      unsettled.add(promise);
      const settle = () => void unsettled.delete(promise);
      promise.then(settle, settle);
      return promise;
    });
    return start(async () => {
      await func(this.#event);
      for (const promise of unsettled) await promise;
    });
  }
}

async function start(work: () => void | Promise<void>): Promise<void> {
  await work();
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
