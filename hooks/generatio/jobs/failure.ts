import type { RecordModel } from "generatio";
import { type ErrorCode, type FieldProblems, ProductError } from "../errors.ts";
import { ProviderError, type ProviderErrorKind } from "../providers/provider.ts";
import { CanceledError, DeadlineError } from "./follow.ts";

/** Why a job failed, as it is kept with the job and told to every client that asks. */
export interface JobFailure {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly data: FieldProblems;
  readonly retryAfterSeconds?: number;
}

/** Everything of a provider's error that clients may know. */
export function toFailure(error: unknown): JobFailure {
  if (error instanceof ProviderError) return fromProvider(error);
  if (error instanceof DeadlineError) {
    return plain("external_error", 504, "The provider did not finish in time.");
  }
  if (error instanceof CanceledError) return CANCELED;
  return plain("internal_error", 500, "Something went wrong while the picture was being made.");
}

/** Of a job that its user took back before anything was made. */
export const CANCELED: JobFailure = {
  code: "conflict",
  status: 409,
  message: "The job was cancelled.",
  data: {},
};

const ANSWERS: Readonly<Record<ProviderErrorKind, readonly [code: ErrorCode, status: number]>> = {
  // Not 401: that would say that the client's own login is over.
  auth: ["external_error", 502],
  credits: ["payment_required", 402],
  validation: ["validation_error", 400],
  moderation: ["validation_error", 400],
  rate_limit: ["rate_limit_error", 429],
  missing: ["external_error", 502],
  failed: ["external_error", 502],
  canceled: ["external_error", 502],
  unavailable: ["external_error", 502],
  network: ["external_error", 502],
  protocol: ["external_error", 502],
};

const DEFAULT_RETRY_SECONDS = 10;

function fromProvider(error: ProviderError): JobFailure {
  const [code, status] = ANSWERS[error.kind];
  return {
    code,
    status,
    message: error.message,
    data: { ...fieldsOf(error), ...reasonOf(error) },
    ...(code === "rate_limit_error"
      ? {
          retryAfterSeconds: Math.ceil((error.retryAfterMs ?? DEFAULT_RETRY_SECONDS * 1000) / 1000),
        }
      : {}),
  };
}

/** The provider's field names are ours: the prompt, or a parameter. */
function fieldsOf(error: ProviderError): FieldProblems {
  if (error.kind === "moderation") {
    return { prompt: { code: "content_policy", message: error.message } };
  }
  const named = Object.entries(error.fields).map(([field, message]) => [
    field === "prompt" ? field : `parameters.${field}`,
    { code: error.vendorCode ?? "validation_invalid_value", message },
  ]);
  return Object.fromEntries(named) as FieldProblems;
}

function reasonOf(error: ProviderError): FieldProblems {
  if (error.kind === "validation" || error.kind === "moderation") return {};
  const status = error.status === undefined ? "no answer" : `HTTP ${error.status}`;
  const words = error.vendorCode ? `${status}, ${error.vendorCode}` : status;
  return { provider: { code: `provider_${error.kind}`, message: words } };
}

/** Of what a provider does not let out for what is in it. */
export function policyFailure(message: string): JobFailure {
  const prompt = { code: "content_policy", message };
  return { code: "validation_error", status: 400, message, data: { prompt } };
}

function plain(code: ErrorCode, status: number, message: string): JobFailure {
  return { code, status, message, data: {} };
}

export function setFailure(job: RecordModel, failure: JobFailure): void {
  const { code, message, ...info } = failure;
  job.load({ error_code: code, error_message: message.slice(0, 2000), error_info: info });
}

/** The error to answer with for a job that has failed. */
export function failureOf(job: RecordModel): ProductError {
  const info = (job.getJson("error_info") ?? {}) as Partial<JobFailure>;
  const isPolicy = info.data?.["prompt"]?.code === "content_policy";
  return new ProductError(
    job.getString("error_code") as ErrorCode,
    job.getString("error_message"),
    {
      status: info.status ?? 502,
      data: info.data ?? {},
      extra: { job_id: job.id, ...(isPolicy ? { code: "content_policy" } : {}) },
      ...(info.retryAfterSeconds === undefined
        ? {}
        : { retryAfterSeconds: info.retryAfterSeconds }),
    },
  );
}
