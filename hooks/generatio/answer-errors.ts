import {
  ApiError,
  type ErrorLeaf,
  type ErrorTree,
  type Handler,
  NotFoundError,
  type RequestEvent,
  ValidationError,
} from "generatio";
import { type ErrorCode, type FieldProblem, ProductError } from "./errors.ts";

/** Outside of everything that can refuse a request, inside of what guards against crashes. */
const PRIORITY = -1029;

/** The body of an error in the dialect of a route family. */
export type ErrorDialect = (error: ProductError, event: RequestEvent) => Record<string, unknown>;

/** Document 000's, `{error, message}`, with what the SDK reads beside it. */
const customDialect: ErrorDialect = ({ code, message, status, data, extra }) => ({
  error: code,
  message,
  status,
  data,
  ...extra,
});

/** Answers whatever is thrown in a group of routes. */
export function answerErrors(dialect: ErrorDialect = customDialect): Handler<RequestEvent> {
  return {
    id: "genAnswerErrors",
    priority: PRIORITY,
    func: async (event) => {
      try {
        await event.next();
      } catch (error) {
        const shown = toProductError(error);
        if (shown.status >= 500) log(event, shown, error);
        const { status, retryAfterSeconds } = shown;
        if (retryAfterSeconds !== undefined)
          event.setHeader("Retry-After", String(retryAfterSeconds));
        await event.json(status, dialect(shown, event));
      }
    },
  };
}

/** Anything that is not meant for clients becomes one sentence that tells nothing. */
function toProductError(error: unknown): ProductError {
  if (error instanceof ProductError) return error;
  if (error instanceof ApiError) return fromApiError(error);
  if (error instanceof ValidationError) {
    const data = flatten(error.errors);
    const [first] = Object.entries(data);
    const message = first ? `${first[0]}: ${first[1].message}` : "The request is not valid.";
    return new ProductError("validation_error", message, { data });
  }
  if (error instanceof NotFoundError) {
    return new ProductError("not_found", "The requested resource wasn't found.", { cause: error });
  }
  return new ProductError("internal_error", "Something went wrong on the server.", {
    cause: error,
  });
}

function fromApiError(error: ApiError): ProductError {
  const { status } = error;
  const message = status >= 500 ? "Something went wrong on the server." : error.message;
  return new ProductError(codeOf(status), message, {
    status,
    data: flatten(error.data),
    cause: error,
  });
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 401:
      return "authentication_error";
    case 402:
      return "payment_required";
    case 403:
      return "authorization_error";
    case 404:
    case 405:
      return "not_found";
    case 409:
      return "conflict";
    case 429:
      return "rate_limit_error";
    default:
      return status >= 500 ? "internal_error" : "validation_error";
  }
}

/** `{a: {b: leaf}}` → `{"a.b": leaf}`. */
function flatten(tree: ErrorTree, prefix = ""): Record<string, FieldProblem> {
  const flat: Record<string, FieldProblem> = {};
  for (const [key, node] of Object.entries(tree)) {
    if (isLeaf(node)) flat[prefix + key] = { code: node.code, message: node.message };
    else Object.assign(flat, flatten(node, `${prefix}${key}.`));
  }
  return flat;
}

function isLeaf(node: ErrorLeaf | ErrorTree): node is ErrorLeaf {
  return typeof node["code"] === "string" && typeof node["message"] === "string";
}

function log(event: RequestEvent, shown: ProductError, error: unknown): void {
  // What a provider did wrong is logged with its job.
  if (shown.code === "external_error") return;
  event.app.logger.error("request failed", { method: event.method, path: event.path, error });
}
