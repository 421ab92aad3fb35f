import { extname } from "node:path";
import type { RequestEvent } from "../http/event.ts";
import type { FileDownloadRequestEvent } from "./events.ts";
import type { OpenFile } from "./file-storage.ts";

/** Stored types that a browser may show itself. HTML and SVG are not among them: they could run scripts. */
const INLINE_TYPES: ReadonlySet<string> = new Set(
  [
    "image/png image/jpg image/jpeg image/gif image/webp image/x-icon image/bmp",
    "video/webm video/mp4 video/3gpp video/quicktime video/x-ms-wmv",
    "audio/basic audio/aiff audio/mpeg audio/midi audio/mp3 audio/wave",
    "audio/wav audio/x-wav audio/x-mpeg audio/x-m4a audio/aac",
    "application/pdf application/x-pdf",
  ].flatMap((line) => line.split(" ")),
);

/** Types that browsers insist on but content does not tell. */
const TYPES_BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  [".svg", "image/svg+xml"],
  [".css", "text/css"],
  [".js", "text/javascript"],
  [".mjs", "text/javascript"],
  [".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  [".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  [".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"],
]);

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox";
const CACHE_CONTROL = "max-age=2592000, stale-while-revalidate=86400";

/**
 * Sends the file that a download event points to. Headers that a handler has set stay
 * (PocketBase: tools/filesystem, Serve).
 *
 * @throws NotFoundError when it is not in the storage
 */
export async function serveFile(event: FileDownloadRequestEvent): Promise<void> {
  await serveStored(event, await event.app.files.open(event.servedPath), event.servedName);
}

/** Sends a stored file under a name. Headers that were set before stay. */
export async function serveStored(
  event: RequestEvent,
  file: OpenFile,
  servedName: string,
): Promise<void> {
  const isInline = !isTrue(event.query.get("download")) && INLINE_TYPES.has(file.contentType);
  const contentType = TYPES_BY_EXTENSION.get(extname(file.key)) ?? file.contentType;
  const name = servedName.replace(/["\\]/g, "\\$&");
  setIfMissing(
    event,
    "content-disposition",
    `${isInline ? "inline" : "attachment"}; filename="${name}"`,
  );
  setIfMissing(event, "content-type", contentType);
  setIfMissing(event, "content-security-policy", CONTENT_SECURITY_POLICY);
  setIfMissing(event, "cache-control", CACHE_CONTROL);
  await event.serve({ ...file, contentType });
}

function setIfMissing(event: RequestEvent, name: string, value: string): void {
  event.state.headers[name] ??= value;
}

/** What Go's strconv.ParseBool takes for true. */
function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(?:1|[tT]|true|True|TRUE)$/.test(text);
}
