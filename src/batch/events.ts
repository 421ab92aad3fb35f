import { RequestEvent } from "../http/event.ts";
import type { UploadedFile } from "../lib/upload.ts";

/** One request inside a batch. */
export interface InternalRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** They replace those of the batch itself; `authorization` has no effect. */
  headers: Record<string, string>;
  body: Record<string, unknown>;
  /** By body key. */
  files: Map<string, UploadedFile[]>;
}

/** A batch before its transaction. */
export class BatchRequestEvent extends RequestEvent {
  batch: InternalRequest[];

  constructor(request: RequestEvent, batch: InternalRequest[]) {
    super(request.state);
    this.batch = batch;
  }
}
