/** What is wrong with one field of a request. */
export interface FieldProblem {
  /** Stable machine name. */
  readonly code: string;
  /** English sentence. */
  readonly message: string;
}

/** Problems by field, named as the client wrote it: `parameters.num_images`. */
export type FieldProblems = Readonly<Record<string, FieldProblem>>;

/** The codes of the error body, document 000's seven and those that the product adds, with their usual status. */
export const ERROR_STATUS = {
  validation_error: 400,
  authentication_error: 401,
  payment_required: 402,
  budget_exceeded: 402,
  graphics_limit_reached: 402,
  insufficient_credits: 402,
  authorization_error: 403,
  not_found: 404,
  conflict: 409,
  rate_limit_error: 429,
  internal_error: 500,
  external_error: 502,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export interface ProductErrorOptions {
  /** When it is not the usual one of the code. */
  readonly status?: number;
  readonly data?: FieldProblems;
  /** Further members of the body, e.g. `job_id`. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Seconds until a repetition makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** The technical reason: logged, never sent. */
  readonly cause?: unknown;
}

/** An error that the client may see, in this product's shape `{error, message, status, data}`. */
export class ProductError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly data: FieldProblems;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: ProductErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "ProductError";
    this.code = code;
    this.status = options.status ?? ERROR_STATUS[code];
    this.data = options.data ?? {};
    this.extra = options.extra ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A refused field. @param message what is wrong, without the field's name: `must be at most 4` */
export function invalidField(
  field: string,
  message: string,
  code = "validation_invalid_value",
): ProductError {
  return invalidFields({ [field]: { code, message } });
}

/** Refused fields; the message names the first. */
export function invalidFields(problems: FieldProblems): ProductError {
  const [first] = Object.entries(problems);
  const message = first ? `${first[0]} ${first[1].message}.` : "The request is not valid.";
  const data = Object.fromEntries(
    Object.entries(problems).map(([field, problem]) => [
      field,
      { code: problem.code, message: `${field} ${problem.message}.` },
    ]),
  );
  return new ProductError("validation_error", message, { data });
}

export function notFound(message: string, field?: string): ProductError {
  const data = field ? { [field]: { code: "validation_not_found", message } } : {};
  return new ProductError("not_found", message, { data });
}

/** The same error about a part of the request. @param place put before the names of the fields */
export function within(place: string, error: ProductError): ProductError {
  const { code, status, extra, retryAfterSeconds } = error;
  const data = Object.fromEntries(
    Object.entries(error.data).map(([field, problem]) => [`${place}.${field}`, problem]),
  );
  return new ProductError(code, `${place}: ${error.message}`, {
    status,
    data,
    extra,
    cause: error,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
