/** The charset a text says or shows it is in; `undefined` for other types and when nothing can be told. */
export function charsetOf(mime: string, content: string): string | undefined {
  const start = content.slice(0, SEARCHED);
  switch (mime) {
    case "text/plain":
      return charsetOfPlain(start);
    case "text/html":
      return charsetOfMark(start) ?? declaredInHtml(start) ?? charsetOfPlain(start);
    case "text/xml":
      return declaredInXml(start) ?? charsetOfPlain(start);
    default:
      return undefined;
  }
}

/** The charset of a byte order mark. */
export function charsetOfMark(content: string): string | undefined {
  return MARKS.find(([mark]) => content.startsWith(mark))?.[1];
}

/** Bytes in which a charset is looked for. */
const SEARCHED = 1024;

const MARKS: readonly (readonly [mark: string, charset: string])[] = [
  ["\xef\xbb\xbf", "utf-8"],
  ["\0\0\xfe\xff", "utf-32be"],
  ["\xff\xfe\0\0", "utf-32le"],
  ["\xfe\xff", "utf-16be"],
  ["\xff\xfe", "utf-16le"],
];

function charsetOfPlain(content: string): string | undefined {
  if (content === "") return undefined;
  return charsetOfMark(content) ?? (isUtf8(content) ? "utf-8" : charsetOfLatin(content));
}

/** A character that the end cuts does not count. */
function isUtf8(content: string): boolean {
  const whole = content.replace(/[\xc0-\xff][\x80-\xbf]{0,2}$/, "");
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(whole, "latin1"));
    return true;
  } catch {
    return false;
  }
}

/** Of the bytes 0x80–0x9f only 0x85 is a character of ISO 8859, but Windows prints there. */
function charsetOfLatin(content: string): string | undefined {
  if (!/^[\x07-\x0d\x1b\x20-\x7e\x85\xa0-\xff]*$/.test(content)) return undefined;
  return content.includes("\x85") ? "windows-1252" : "iso-8859-1";
}

function declaredInXml(content: string): string | undefined {
  return /<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)["']/.exec(content)?.[1];
}

/** From `<meta charset>` or `<meta http-equiv="content-type" content="…charset=…">` before the body. */
function declaredInHtml(content: string): string | undefined {
  const head = content.replace(/<!--[\s\S]*?-->/g, "").split(/<body/i)[0]!;
  for (const [meta] of head.matchAll(/<meta[\s/][^>]*/gi)) {
    const direct = /\scharset\s*=\s*["']?([^"'\s/>]+)/i.exec(
      meta.replace(/content\s*=\s*(?:"[^"]*"|'[^']*')/i, ""),
    );
    if (direct) return direct[1];
    if (!/http-equiv\s*=\s*["']?content-type/i.test(meta)) continue;
    const inContent = /charset\s*=\s*([^"'\s;]+)/.exec(meta);
    if (inContent) return inContent[1];
  }
  return undefined;
}
