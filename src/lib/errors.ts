/** One problem with one value: PocketBase's leaf of an error envelope's `data`. */
export interface ErrorLeaf {
  /** Stable machine name, e.g. `validation_required`. */
  readonly code: string;
  /** English sentence; first letter and full stop are normalised when it is sent. */
  readonly message: string;
  /** Values that the message speaks of, sent along when present. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Problems by (nested) key; list elements are keyed by their index as text. */
export interface ErrorTree {
  [key: string]: ErrorLeaf | ErrorTree;
}

export interface ApiErrorOptions {
  readonly data?: ErrorTree;
  /** The technical reason: logged, never sent. */
  readonly cause?: unknown;
}

/**
 * An error whose status, message and data may be shown to the client, in PocketBase's envelope
 * `{data, message, status}` (PocketBase: tools/router/error.go).
 */
export class ApiError extends Error {
  readonly status: number;
  readonly data: ErrorTree;

  /** @param message an empty one becomes the status' default text */
  constructor(status: number, message = "", options: ApiErrorOptions = {}) {
    super(toSentence(message || DEFAULT_MESSAGES[status] || DEFAULT_MESSAGES[400]!), {
      cause: options.cause,
    });
    this.name = "ApiError";
    this.status = status;
    this.data = options.data ?? {};
  }
}

/** Thrown by operations when values are refused; becomes the `data` of a 400 answer. */
export class ValidationError extends Error {
  readonly errors: ErrorTree;

  constructor(errors: ErrorTree, cause?: unknown) {
    super(`invalid values: ${Object.keys(errors).join(", ")}`, { cause });
    this.name = "ValidationError";
    this.errors = errors;
  }
}

/** A row that was asked for does not exist (PocketBase: sql.ErrNoRows); becomes a 404. */
export class NotFoundError extends Error {
  constructor(what = "no rows in result set") {
    super(what);
    this.name = "NotFoundError";
  }
}

export const badRequest = (message?: string, options?: ApiErrorOptions) =>
  new ApiError(400, message, options);
export const unauthorized = (message?: string, options?: ApiErrorOptions) =>
  new ApiError(401, message, options);
export const forbidden = (message?: string, options?: ApiErrorOptions) =>
  new ApiError(403, message, options);
export const notFound = (message?: string, options?: ApiErrorOptions) =>
  new ApiError(404, message, options);
export const tooManyRequests = (message?: string, options?: ApiErrorOptions) =>
  new ApiError(429, message, options);
export const internalError = (message?: string, options?: ApiErrorOptions) =>
  new ApiError(500, message, options);

/**
 * Of several things that went wrong, the one to throw: the first that was made for clients, else the first with
 * refused values, else the first (PocketBase: errors.Join, of which errors.As takes what it looks for).
 *
 * @param errors at least one
 */
export function leadingError(errors: readonly unknown[]): unknown {
  return (
    errors.find((error) => error instanceof ApiError) ??
    errors.find((error) => error instanceof ValidationError) ??
    errors[0]
  );
}

/** Builds a leaf; `message` is sent as a sentence. */
export function problem(
  code: string,
  message: string,
  params?: Readonly<Record<string, unknown>>,
): ErrorLeaf {
  return params
    ? { code, message: toSentence(message), params }
    : { code, message: toSentence(message) };
}

export function isLeaf(node: ErrorLeaf | ErrorTree): node is ErrorLeaf {
  return typeof node["code"] === "string" && typeof node["message"] === "string";
}

/** The default text of a status without a message of its own. */
export const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  400: "Something went wrong while processing your request.",
  401: "Missing or invalid authentication.",
  403: "You are not allowed to perform this request.",
  404: "The requested resource wasn't found.",
  413: "Request entity too large.",
  429: "Too Many Requests.",
  500: "Something went wrong while processing your request.",
};

/** Upper-cases the first letter and ends with a full stop unless one of `.?!` is there (PocketBase: tools/inflector). */
export function toSentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const cased = trimmed[0]!.toUpperCase() + trimmed.slice(1);
  return /[.?!]$/.test(cased) ? cased : `${cased}.`;
}
