import { availableParallelism } from "node:os";
import { posix } from "node:path";
import { Semaphore } from "../lib/semaphore.ts";
import type { FileStorage, OpenFile } from "./file-storage.ts";
import { drawThumb, type ThumbOutput } from "./thumb-image.ts";
import { parseThumbSize } from "./thumb-size.ts";

/** Types whose files have thumbs. */
const IMAGE_TYPES: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpg",
  "image/jpeg",
  "image/gif",
  "image/webp",
]);
/** Original files above this many bytes have no thumbs. */
const MAX_ORIGINAL_BYTES = 128 << 20;

export interface ThumbRequest extends ThumbOutput {
  readonly originalKey: string;
  readonly thumbKey: string;
  /** `100x100`. */
  readonly size: string;
}

/**
 * Makes thumbs at their first request and stores them. Requests for the same one share the work, and only as
 * many are drawn at a time as there are cores.
 */
export class Thumbs {
  readonly #files: FileStorage;
  readonly #running = new Map<string, Promise<void>>();
  readonly #slots: Semaphore;

  constructor(files: FileStorage) {
    this.#files = files;
    this.#slots = new Semaphore(
      positive(process.env["PB_THUMBS_MAX_WORKERS"]) ?? availableParallelism(),
    );
  }

  /** Whether files of this type have thumbs. */
  static supports(contentType: string): boolean {
    return IMAGE_TYPES.has(contentType);
  }

  /** Makes sure that a thumb is in the storage. @throws Error when it cannot be made */
  ensure(request: ThumbRequest): Promise<void> {
    const running = this.#running.get(request.thumbKey);
    if (running) return running;
    const work = this.#slots
      .run(() => this.#create(request), waitMs())
      .finally(() => this.#running.delete(request.thumbKey));
    this.#running.set(request.thumbKey, work);
    return work;
  }

  async #create({ originalKey, thumbKey, size, ...output }: ThumbRequest): Promise<void> {
    const parsed = parseThumbSize(size);
    if (!parsed) throw new Error("thumb size must be in WxH, WxHt, WxHb or WxHf format");
    const original = await this.#files.open(originalKey);
    const bytes = await readAll(original);
    const { contentType } = original;
    const thumb = await drawThumb(bytes, parsed, { contentType, ...output });
    await this.#files.put(thumbKey, thumb.bytes, thumb.contentType);
    if (await this.#files.exists(originalKey)) return;
    // Deleted meanwhile, and its thumbs before this one was there.
    await this.#files.deletePrefix(`${posix.dirname(thumbKey)}/`);
    throw new Error("the original was deleted");
  }
}

async function readAll(file: OpenFile): Promise<Uint8Array> {
  if (file.size > MAX_ORIGINAL_BYTES) throw new Error("the original is too large for a thumb");
  const content = await file.read(0, file.size);
  return content instanceof Uint8Array ? content : Buffer.concat(await content.toArray());
}

/** How long a thumb may wait for its turn. */
function waitMs(): number {
  return (positive(process.env["PB_THUMBS_MAX_WAIT"]) ?? 60) * 1000;
}

function positive(text: string | undefined): number | undefined {
  const number = Number(text);
  return number > 0 ? number : undefined;
}
