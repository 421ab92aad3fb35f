import {
  ApiError,
  badRequest,
  type ErrorLeaf,
  type ErrorTree,
  isLeaf,
  notFound,
  NotFoundError,
  toSentence,
  ValidationError,
} from "../lib/errors.ts";

/**
 * Turns anything thrown into what may be shown: API errors as they are (also when another error wraps them
 * as its cause), missing rows and files into 404, refused values into 400 with data, all else into the
 * default 400 (PocketBase: router.ToApiError).
 */
export function toApiError(error: unknown): ApiError {
  for (const link of causes(error)) if (link instanceof ApiError) return link;
  for (const link of causes(error)) {
    if (link instanceof NotFoundError || isMissingFile(link)) return notFound("", { cause: error });
    if (link instanceof ValidationError) return badRequest("", { data: link.errors, cause: error });
  }
  return badRequest("", { cause: error });
}

/** Whether an error is not one of the kinds that operations throw on purpose, so that it must be logged. */
export function isUnexpected(error: unknown): boolean {
  return !causes(error).some(
    (link) =>
      link instanceof ApiError ||
      link instanceof ValidationError ||
      link instanceof NotFoundError ||
      isMissingFile(link),
  );
}

/** Whether an error comes from a slip in the code, what Go calls a panic: answered with 500 instead of 400. */
export function isPanic(error: unknown): boolean {
  return (
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  );
}

export function bodyTooLarge(): ApiError {
  return new ApiError(413, "Request entity too large");
}

/** The wire form: `{"data":{},"message":"…","status":400}`, keys of `data` in alphabetical order. */
export function errorBody(error: ApiError): string {
  const data = sortTree(error.data);
  return JSON.stringify({ data, message: error.message, status: error.status });
}

function sortTree(tree: ErrorTree): Record<string, unknown> {
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(tree).toSorted()) {
    const node = tree[key]!;
    sorted[key] = isLeaf(node) ? toPlainLeaf(node) : sortTree(node);
  }
  return sorted;
}

/** A leaf may carry keys beyond its own, such as the `response` of a batch request. */
function toPlainLeaf({ code, message, params, ...rest }: ErrorLeaf): Record<string, unknown> {
  const hasParams = params !== undefined && Object.keys(params).length > 0;
  return { code, message: toSentence(message), ...(hasParams && { params }), ...rest };
}

function isMissingFile(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let link = error; link instanceof Error && chain.length < 8; link = link.cause)
    chain.push(link);
  return chain;
}
