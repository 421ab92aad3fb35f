import type { RecordModel } from "generatio";

/** Who asks, as far as the request itself tells. */
export interface Caller {
  /** Whose token it carries. */
  readonly auth: RecordModel | undefined;
  /** `X-Session-ID`; empty when there is none. */
  readonly sessionId: string;
  /** A repetition with the same key is the same request; empty for none. */
  readonly idempotencyKey: string;
}

/** Pictures of one prompt by one model: what becomes one job. */
export interface PictureWish {
  readonly model: string;
  /** As typed. */
  readonly prompt: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Empty for none. */
  readonly folderId: string;
}

/** A request for pictures, decoded from the dialect of a route family. */
export interface PictureOrder {
  readonly wish: PictureWish;
  /** Orders the user's own waiting jobs: higher ones first. */
  readonly priority: number;
  /** The job this is another try of; empty for none. */
  readonly retriedFrom: string;
}
