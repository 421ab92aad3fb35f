import type { App } from "generatio";
import { IMAGES } from "../jobs/image-record.ts";

const KEPT_MS = 7 * 86_400_000;
const AT_ONCE = 500;

/**
 * Blanks the providers' own addresses of pictures after a week: they lead nowhere by then, and who has one could
 * have fetched the picture without being asked. @param now Unix milliseconds
 */
export async function forgetSources(app: App, now: number = Date.now()): Promise<void> {
  const before = new Date(now - KEPT_MS).toISOString().replace("T", " ");
  const filter = 'created < {:before} && other_info.source_url != ""';
  const options = { params: { before }, limit: AT_ONCE };
  for (const image of await app.findRecordsByFilter(IMAGES, filter, options)) {
    const facts = image.getJson("other_info");
    if (typeof facts !== "object" || facts === null) continue;
    image.set("other_info", { ...facts, source_url: "" });
    await app.saveNoValidate(image);
  }
}
