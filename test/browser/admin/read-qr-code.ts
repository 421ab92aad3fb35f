import reader from "jsqr";
import type { Locator } from "playwright-core";
import sharp from "sharp";

/** What a camera reads from a QR code as the browser shows it; undefined when it reads nothing. */
export async function readQrCode(shown: Locator): Promise<string | undefined> {
  const { data, info } = await sharp(await shown.screenshot())
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return reader.default(new Uint8ClampedArray(data), info.width, info.height)?.data;
}
