/** What the supervisor asks of a serving process. */
export type Order =
  /** Load the extensions, open the folder, run migrations: another process is still serving. */
  | { readonly kind: "load" }
  /** Nobody else serves any more. */
  | { readonly kind: "serve"; readonly url: string; readonly isFirst: boolean }
  /** Comes with a connection. */
  | { readonly kind: "connection" }
  | { readonly kind: "stop"; readonly isRestart: boolean };

/** What a serving process says by itself: it wants to be stopped, and another one in its place. */
export interface Notice {
  readonly kind: "restart";
}

/** What a serving process answers to `load` and `serve`. */
export type Answer =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly message: string };
