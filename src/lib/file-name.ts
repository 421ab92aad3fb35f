import { randomLowerText } from "./id.ts";
import { detectMime } from "./mime.ts";

/**
 * The name a file is stored under: the original one reduced to lower-case ASCII words, ten random characters
 * and the extension (PocketBase: tools/filesystem/file.go, normalizeName).
 *
 * @param originalName as the client gave it, without folders
 * @param head the first bytes; their type gives the extension when the name has none
 */
export function storedFileName(originalName: string, head: Uint8Array): string {
  const original = lastBytes(originalName, MAX_ORIGINAL_BYTES);
  const rawExtension = extensionOf(original);
  const base = original.slice(0, original.length - rawExtension.length);
  const extension = cleanExtension(rawExtension) || detectMime(head).extension;
  return `${cleanBase(base)}_${randomLowerText(10)}${extension}`;
}

const MAX_ORIGINAL_BYTES = 300;

/** `.tar.gz` of `a.tar.gz`, `.txt` of `a.txt`. */
function extensionOf(name: string): string {
  const last = name.lastIndexOf(".");
  if (last < 0) return "";
  const secondLast = last === 0 ? -1 : name.lastIndexOf(".", last - 1);
  return name.slice(secondLast < 0 ? last : secondLast);
}

function cleanExtension(extension: string): string {
  const kept = extension.replace(/[^\w.*\-+=#]+/g, "").replace(/^\.+|\.+$/g, "");
  if (kept === "") return "";
  const cleaned = `.${kept}`;
  return cleaned.length > 20 ? `.${cleaned.slice(-20).replace(/^\.+|\.+$/g, "")}` : cleaned;
}

function cleanBase(base: string): string {
  const cleaned = toSnakeCase(base.replace(/^\.+|\.+$/g, ""));
  if (cleaned.length < 3) return cleaned + randomLowerText(10);
  return cleaned.slice(0, 100);
}

/** `MyPhoto 1` → `my_photo_1`; whatever is no ASCII word character separates. */
function toSnakeCase(text: string): string {
  let result = "";
  for (const word of text.split(/[\W_]+/)) {
    if (word === "") continue;
    if (result !== "") result += "_";
    result += word.replace(/[A-Z]/g, (letter, at: number) => {
      const follows = at > 0 && !/[A-Z]/.test(word[at - 1]!);
      return (follows ? "_" : "") + letter.toLowerCase();
    });
  }
  return result;
}

/** The last bytes of a text, without a character that would be cut. */
function lastBytes(text: string, length: number): string {
  const bytes = Buffer.from(text, "utf8");
  return bytes.length <= length
    ? text
    : bytes
        .subarray(bytes.length - length)
        .toString("utf8")
        .replace(/^\uFFFD+/, "");
}
