import type { Model } from "../models/model.ts";
import type { Parameters } from "../models/parameters.ts";
import type { PlainToken } from "../tokens/secret.ts";

/** What is to be made. */
export interface ProviderRequest {
  readonly model: Model;
  /** The text that is sent. */
  readonly prompt: string;
  readonly parameters: Parameters;
  /** Where the vendor may tell that the work is over; absent when it cannot reach this server. */
  readonly callbackUrl?: string;
  /** For every task but the making of a picture from a text. */
  readonly inputs?: ProviderInputs;
}

/** The pictures that go into a model. */
export interface ProviderInputs {
  readonly image: ProviderInput;
  /** In the form that the model wants. */
  readonly mask?: ProviderInput;
}

export interface ProviderInput {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Names a request at its provider; stored with the job so that it can be followed later. */
export interface ProviderHandle {
  readonly requestId: string;
  readonly statusUrl: string;
  readonly responseUrl: string;
  readonly cancelUrl: string;
}

export interface ProviderPicture {
  /** Where the bytes are, for a while. */
  readonly url: string;
  readonly isNsfw: boolean;
}

/** What the provider said last. */
export type Outcome =
  | {
      readonly state: "queued";
      readonly handle: ProviderHandle;
      readonly position: number | undefined;
    }
  | { readonly state: "running"; readonly handle: ProviderHandle }
  | {
      readonly state: "done";
      /** When there was no handle before. */
      readonly requestId?: string;
      readonly pictures: readonly ProviderPicture[];
      readonly seed: number | undefined;
      /** Seconds of work, when told. */
      readonly seconds: number | undefined;
      /** What the vendor says it costs, in micro-dollars. */
      readonly cost?: number;
      /** A sentence that must stand beside the pictures. */
      readonly note?: string;
      /** Further facts for `other_info` of the pictures. */
      readonly info?: Readonly<Record<string, unknown>>;
    };

/** `removed`: it will never run. `requested`: it may still finish. `late`: it had finished. */
export type CancelAnswer = "removed" | "requested" | "late";

/** What an adapter may use. Adapters keep no state, never wait and never repeat a request. */
export interface ProviderContext {
  readonly token: PlainToken;
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
  /** Told of every exchange; secrets are already left out. */
  readonly trace: (exchange: Exchange) => void;
}

export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly durationMs: number;
  readonly keyFingerprint: string;
  readonly sent: string;
  readonly received: string;
}

/** What a vendor sends by itself to a `callbackUrl`. */
export interface Callback {
  header(name: string): string | undefined;
  /** As it was sent, for signatures over it. */
  readonly body: Buffer;
}

/** A request that a vendor says it was sent. */
export interface RecentRequest {
  readonly requestId: string;
  /** Unix milliseconds, by the vendor's clock. */
  readonly createdAt: number;
  /** Whether it asks for exactly this. */
  isFor(request: ProviderRequest): boolean;
}

/** One vendor's protocol, translated. */
export interface Provider {
  readonly id: string;
  readonly needsKey: boolean;
  /** Sends exactly one paid request. @throws ProviderError */
  submit(request: ProviderRequest, context: ProviderContext): Promise<Outcome>;
  /** Reads the state; with the result once it is there. @throws ProviderError */
  poll(handle: ProviderHandle, context: ProviderContext): Promise<Outcome>;
  cancel(handle: ProviderHandle, context: ProviderContext): Promise<CancelAnswer>;
  /** The handle of a request of which only the id is known. Absent where requests cannot be followed. */
  handleOf?(requestId: string, model: Model): ProviderHandle;
  /** Callbacks are proved without the key that the request was made with. */
  readonly provesWithoutKey?: boolean;
  /**
   * Proves a callback. Absent where there are none.
   *
   * @returns the id of the request that it is about; undefined when it is forged or too old
   * @throws ProviderError when it cannot be judged now
   */
  readCallback?(callback: Callback, context: ProviderContext): Promise<string | undefined>;
  /**
   * What the key's account was asked for since a moment (Unix milliseconds), all of it. Absent where vendors
   * do not tell. @throws ProviderError
   */
  listSince?(since: number, context: ProviderContext): Promise<readonly RecentRequest[]>;
}

export type ProviderErrorKind =
  /** The key is refused. */
  | "auth"
  /** The account has no balance. */
  | "credits"
  /** The vendor refuses a value. */
  | "validation"
  /** The vendor refuses the content. */
  | "moderation"
  | "rate_limit"
  /** The request or its result is not there (any more). */
  | "missing"
  /** The vendor failed, and says so. */
  | "failed"
  /** The request was cancelled at the vendor. */
  | "canceled"
  /** The vendor cannot answer right now. */
  | "unavailable"
  /** No answer came. */
  | "network"
  /** An answer came that is none of the protocol. */
  | "protocol";

export interface ProviderErrorOptions {
  /** Did the request reach the vendor? Decides whether a paid one may be sent again. */
  readonly sent: "no" | "yes" | "unknown";
  /** HTTP status of the answer. */
  readonly status?: number;
  /** The vendor's own word for the problem. */
  readonly vendorCode?: string;
  readonly retryAfterMs?: number;
  /** Reading again is useless. */
  readonly isFinal?: boolean;
  /** The request had ended; what failed is the reading of its result. */
  readonly isFromResult?: boolean;
  /** Refused values: vendor's field name → why. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** What went wrong at a provider. The message may be shown to the user. */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind;
  readonly sent: "no" | "yes" | "unknown";
  readonly status: number | undefined;
  readonly vendorCode: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly isFinal: boolean;
  readonly isFromResult: boolean;
  readonly fields: Readonly<Record<string, string>>;

  constructor(kind: ProviderErrorKind, message: string, options: ProviderErrorOptions) {
    super(message, { cause: options.cause });
    this.name = "ProviderError";
    this.kind = kind;
    this.sent = options.sent;
    this.status = options.status;
    this.vendorCode = options.vendorCode;
    this.retryAfterMs = options.retryAfterMs;
    this.isFinal = options.isFinal ?? false;
    this.isFromResult = options.isFromResult ?? false;
    this.fields = options.fields ?? {};
  }
}
