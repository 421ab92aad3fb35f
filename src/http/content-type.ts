import { extname } from "node:path";

/** The media type that goes with a file name's extension. */
export function contentTypeByName(name: string): string | undefined {
  return EXTENSIONS.get(extname(name).toLowerCase());
}

/** Bytes that `sniffContentType` looks at. */
export const SNIFF_BYTES = 512;

const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  [".avif", "image/avif"],
  [".css", "text/css; charset=utf-8"],
  [".csv", "text/csv; charset=utf-8"],
  [".gif", "image/gif"],
  [".htm", "text/html; charset=utf-8"],
  [".html", "text/html; charset=utf-8"],
  [".ico", "image/vnd.microsoft.icon"],
  [".jpeg", "image/jpeg"],
  [".jpg", "image/jpeg"],
  [".js", "text/javascript; charset=utf-8"],
  [".json", "application/json"],
  [".map", "application/json"],
  [".md", "text/markdown; charset=utf-8"],
  [".mjs", "text/javascript; charset=utf-8"],
  [".mp3", "audio/mpeg"],
  [".mp4", "video/mp4"],
  [".ogg", "audio/ogg"],
  [".otf", "font/otf"],
  [".pdf", "application/pdf"],
  [".png", "image/png"],
  [".svg", "image/svg+xml"],
  [".ttf", "font/ttf"],
  [".txt", "text/plain; charset=utf-8"],
  [".wasm", "application/wasm"],
  [".wav", "audio/x-wav"],
  [".webm", "video/webm"],
  [".webmanifest", "application/manifest+json"],
  [".webp", "image/webp"],
  [".woff", "font/woff"],
  [".woff2", "font/woff2"],
  [".xml", "text/xml; charset=utf-8"],
  [".zip", "application/zip"],
]);

/** Guesses a media type as browsers do (WHATWG MIME Sniffing, the parts Go implements). */
export function sniffContentType(head: Uint8Array): string {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, SNIFF_BYTES));
  const binary = bytes.toString("latin1");
  const text = binary.trimStart();
  if (HTML_START.test(text)) return "text/html; charset=utf-8";
  if (text.startsWith("<?xml")) return "text/xml; charset=utf-8";
  const signature = SIGNATURES.find(([start]) => start.test(binary));
  if (signature) return signature[1];
  return BINARY_BYTE.test(binary) ? "application/octet-stream" : "text/plain; charset=utf-8";
}

const HTML_START =
  /^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)(?:[ >]|(?<=!--))/i;

const SIGNATURES: readonly (readonly [start: RegExp, type: string])[] = [
  [/^%PDF-/, "application/pdf"],
  [/^%!PS-Adobe-/, "application/postscript"],
  [/^\xfe\xff/, "text/plain; charset=utf-16be"],
  [/^\xff\xfe/, "text/plain; charset=utf-16le"],
  [/^\xef\xbb\xbf/, "text/plain; charset=utf-8"],
  [/^\x00\x00[\x01\x02]\x00/, "image/x-icon"],
  [/^BM/, "image/bmp"],
  [/^GIF8[79]a/, "image/gif"],
  [/^RIFF[^]{4}WEBPVP/, "image/webp"],
  [/^\x89PNG\r\n\x1a\n/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^FORM[^]{4}AIFF/, "audio/aiff"],
  [/^ID3/, "audio/mpeg"],
  [/^OggS\x00/, "application/ogg"],
  [/^MThd\x00\x00\x00\x06/, "audio/midi"],
  [/^RIFF[^]{4}AVI /, "video/avi"],
  [/^RIFF[^]{4}WAVE/, "audio/wave"],
  [/^[^]{4}ftyp(?:[^]{4}){0,4}mp4/, "video/mp4"],
  [/^\x1a\x45\xdf\xa3/, "video/webm"],
  [/^\x00\x01\x00\x00/, "font/ttf"],
  [/^OTTO/, "font/otf"],
  [/^ttcf/, "font/collection"],
  [/^wOFF/, "font/woff"],
  [/^wOF2/, "font/woff2"],
  [/^\x1f\x8b\x08/, "application/x-gzip"],
  [/^PK\x03\x04/, "application/zip"],
  [/^Rar!\x1a\x07[\x00\x01]/, "application/x-rar-compressed"],
  [/^\x00asm/, "application/wasm"],
];

/** Bytes that no text holds. */
const BINARY_BYTE = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/;
