import { download, DownloadError } from "../pictures/download.ts";
import { type PictureHeader, readPictureHeader } from "../pictures/header.ts";
import { MAX_PIXELS, type PictureFacts } from "../pictures/picture-tasks.ts";
import type { Product } from "../product.ts";
import type { ProviderPicture } from "../providers/provider.ts";

/** A result whose bytes are here and were checked. */
export interface FetchedPicture {
  readonly source: ProviderPicture;
  /** Its place in the provider's answer, from 0. */
  readonly index: number;
  readonly bytes: Buffer;
  readonly header: PictureHeader;
  readonly facts: PictureFacts;
}

/** One that could not be had, and why. */
export interface LostPicture {
  readonly reason: string;
}

/** Fetches what a provider made. @param signal ends it, with an error */
export function fetchPictures(
  product: Product,
  sources: readonly ProviderPicture[],
  signal: AbortSignal,
): Promise<(FetchedPicture | LostPicture)[]> {
  return Promise.all(
    sources.map((source, index) => fetchPicture(product, { source, index }, signal)),
  );
}

async function fetchPicture(
  product: Product,
  place: { source: ProviderPicture; index: number },
  signal: AbortSignal,
): Promise<FetchedPicture | LostPicture> {
  const { trustedOrigins } = product.settings;
  try {
    const bytes = await download(place.source.url, { trustedOrigins, signal });
    const header = readPictureHeader(bytes);
    if (!header) return { reason: "it is no PNG, JPEG or WebP picture" };
    if (header.width * header.height > MAX_PIXELS) return { reason: "it has too many pixels" };
    return { ...place, bytes, header, facts: await product.pictures.look(bytes) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DownloadError) return { reason: error.message };
    product.app.logger.warn("a picture could not be looked into", { error });
    return { reason: "it could not be looked into" };
  }
}
