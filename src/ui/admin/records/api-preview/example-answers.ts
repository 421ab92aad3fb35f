/** An answer that a request may get, as the server sends it. */
export interface ExampleAnswer {
  readonly status: number;
  /** As indented JSON; empty for an answer without one. */
  readonly body: string;
}

export interface AnswerOptions {
  /** A record as it is read. */
  readonly record: Readonly<Record<string, unknown>>;
  /** The actions whose rule lets superusers only. */
  readonly locked: readonly string[];
  /** A field that a request must not leave empty. */
  readonly requiredField: string | undefined;
}

/** The answers to an action of `collectionSnippets`: the good one first, then what is refused and why. */
export function exampleAnswers(id: string, options: AnswerOptions): ExampleAnswer[] {
  const answers = ANSWERS[id]?.(options) ?? [];
  const locked = options.locked.includes(id)
    ? [refusal(403, "Only superusers can perform this action.")]
    : [];
  return [...answers, ...locked]
    .toSorted((a, b) => a.status - b.status)
    .map(({ status, body }) => ({
      status,
      body: body === undefined ? "" : JSON.stringify(body, null, 2),
    }));
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

const TOKEN = "JWT_TOKEN";
const NO_CONTENT: Answer = { status: 204 };
const MISSING = refusal(404, "The requested resource wasn't found.");
const GUEST = refusal(401, "The request requires valid record authorization token.");
const INVALID = "An error occurred while validating the submitted data.";
const BLANK = { code: "validation_required", message: "Cannot be blank." };
const WRONG_TOKEN = {
  token: { code: "validation_invalid_token", message: "Invalid or expired token." },
};

const ANSWERS: Readonly<Record<string, (options: AnswerOptions) => readonly Answer[]>> = {
  list: ({ record }) => [
    { status: 200, body: { page: 1, perPage: 20, totalItems: 1, totalPages: 1, items: [record] } },
    refusal(400, "Something went wrong while processing your request."),
  ],
  view: ({ record }) => [{ status: 200, body: record }, MISSING],
  create: (options) => [{ status: 200, body: options.record }, failedSave("create", options)],
  update: (options) => [
    { status: 200, body: options.record },
    failedSave("update", options),
    MISSING,
  ],
  delete: () => [
    NO_CONTENT,
    refusal(
      400,
      "Failed to delete record. Make sure that the record is not part of a required relation reference.",
    ),
    MISSING,
  ],
  realtime: ({ record }) => [
    { status: 200, body: { action: "create", record } },
    refusal(404, "Missing or invalid client id."),
  ],
  batch: (options) => [
    {
      status: 200,
      body: [
        { status: 200, body: options.record },
        { status: 200, body: options.record },
        { status: 204, body: null },
      ],
    },
    refusal(400, "Batch transaction failed.", {
      requests: {
        "0": {
          code: "batch_request_failed",
          message: "Batch request failed.",
          response: failedSave("create", options).body,
        },
      },
    }),
    refusal(403, "Batch requests are not allowed."),
  ],
  "auth-methods": () => [{ status: 200, body: METHODS }],
  "auth-with-password": (options) => [signedIn(options), WRONG_SIGN_IN, SECOND_FACTOR],
  "auth-with-oauth2": (options) => [
    signedIn(options, { id: "PROVIDER_ID", email: "test@example.com", isNew: false }),
    WRONG_SIGN_IN,
    SECOND_FACTOR,
    refusal(403, "The collection is not configured to allow OAuth2 authentication."),
  ],
  "request-otp": () => [
    { status: 200, body: { otpId: "OTP_ID" } },
    refusal(400, INVALID, { email: BLANK }),
    refusal(403, "The collection is not configured to allow OTP authentication."),
  ],
  "auth-with-otp": (options) => [
    signedIn(options),
    refusal(400, "Invalid or expired OTP."),
    SECOND_FACTOR,
    refusal(403, "The collection is not configured to allow OTP authentication."),
  ],
  "auth-refresh": (options) => [signedIn(options), GUEST],
  "request-verification": () => [NO_CONTENT, refusal(400, INVALID, { email: BLANK })],
  "confirm-verification": () => [NO_CONTENT, refusal(400, INVALID, WRONG_TOKEN)],
  "request-password-reset": () => [NO_CONTENT, refusal(400, INVALID, { email: BLANK })],
  "confirm-password-reset": () => [NO_CONTENT, refusal(400, INVALID, WRONG_TOKEN)],
  "request-email-change": () => [NO_CONTENT, refusal(400, INVALID, { newEmail: BLANK }), GUEST],
  "confirm-email-change": () => [NO_CONTENT, refusal(400, INVALID, WRONG_TOKEN)],
};

const WRONG_SIGN_IN = refusal(400, "Failed to authenticate.");

/** Where a second factor is on, the first one gives this. */
const SECOND_FACTOR: Answer = { status: 401, body: { mfaId: "MFA_ID" } };

const METHODS = {
  password: { enabled: true, identityFields: ["email"] },
  oauth2: { enabled: false, providers: [] },
  mfa: { enabled: false, duration: 0 },
  otp: { enabled: false, duration: 0 },
};

function signedIn({ record }: AnswerOptions, meta?: unknown): Answer {
  return { status: 200, body: { record, token: TOKEN, ...(meta !== undefined && { meta }) } };
}

function failedSave(action: "create" | "update", { requiredField }: AnswerOptions): Answer {
  const data = requiredField === undefined ? {} : { [requiredField]: BLANK };
  return refusal(400, `Failed to ${action} record.`, data);
}

function refusal(status: number, message: string, data: object = {}): Answer {
  return { status, body: { data, message, status } };
}
