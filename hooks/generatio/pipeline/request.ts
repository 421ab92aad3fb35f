import type { RecordModel } from "generatio";
import type { Size, Task } from "../models/model.ts";
import type { Payer } from "./fund.ts";
import type { PictureSource } from "./picture-source.ts";

/** Who asks, as far as the request itself tells. */
export interface Caller {
  /** Whose token it carries. */
  readonly auth: RecordModel | undefined;
  /** `X-Session-ID`; empty when there is none. */
  readonly sessionId: string;
  /** A repetition with the same key is the same request; empty for none. */
  readonly idempotencyKey: string;
}

/** How the typed text becomes the one that is sent. */
export type Rewriting =
  /** Words of a style are put behind it. */
  | { readonly kind: "style"; readonly style: string }
  /** This is sent. */
  | { readonly kind: "given"; readonly text: string };

/** The pictures that go into a model. */
export interface WishedPictures {
  readonly image: PictureSource;
  /** What of it is painted anew: the white part, or the transparent one. */
  readonly mask?: PictureSource;
}

/** Pictures of one prompt by one model: what becomes one job. */
export interface PictureWish {
  /** Where it stands in the request, for errors: `items.3`; absent for the only one. */
  readonly place?: string;
  /** `generate` when absent. */
  readonly task?: Task;
  /** For every task but `generate`. */
  readonly pictures?: WishedPictures;
  /** Empty for the server's choice. */
  readonly model: string;
  /** As typed. */
  readonly prompt: string;
  readonly rewriting?: Rewriting;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Said in whatever way the model understands. */
  readonly size?: Size;
  /** `16:9`; wins over the size. */
  readonly ratio?: string;
  /** Empty for none. */
  readonly folderId: string;
  /** Whether another model may be asked when this one does not work; the user's settings say so when absent. */
  readonly mayFailOver?: boolean;
}

/** A request for pictures, decoded from the dialect of a route family. */
export interface PictureOrder {
  /** At least one; each becomes a job. */
  readonly wishes: readonly PictureWish[];
  /** Whether the jobs are known under a common id. */
  readonly isBatch: boolean;
  /** Orders the user's own waiting jobs: higher ones first. */
  readonly priority: number;
  /** The job this is another try of; empty for none. */
  readonly retriedFrom: string;
  /** Who is to pay; the server chooses when absent. */
  readonly funding?: Payer | undefined;
}
