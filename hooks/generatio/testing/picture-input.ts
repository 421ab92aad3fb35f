import { z } from "zod";
import { readPictureHeader } from "../pictures/header.ts";

/** A file in a multipart body. */
export interface EmulatedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** A picture that was sent to a vendor. */
export interface SentPicture {
  readonly bytes: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** What it is by its bytes; undefined for no PNG, JPEG or WebP. */
export function readPicture(bytes: Buffer): SentPicture | undefined {
  const header = readPictureHeader(bytes);
  return header && { bytes, width: header.width, height: header.height };
}

/** The schema of a `data:` address of a picture. Other addresses are not fetched here. */
export function inlinePicture(resolve: (url: string) => Buffer | undefined = () => undefined) {
  return z.string().transform((url, context): SentPicture => {
    const inline = /^data:image\/\w+;base64,(.+)$/.exec(url)?.[1];
    const bytes = inline === undefined ? resolve(url) : Buffer.from(inline, "base64");
    const picture = bytes && readPicture(bytes);
    if (picture) return picture;
    context.addIssue({ code: "custom", message: "Failed to load the image" });
    return z.NEVER;
  });
}
