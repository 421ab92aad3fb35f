import { charsetOfMark } from "./mime-charset.ts";
import { shapeOfJson } from "./mime-json.ts";

/*
 * Recognises kinds of text by their content, given as characters of the same codes as the bytes.
 */

/** Length of a content that may go on. */
const CUT_LENGTH = 4096;

/** Without the control characters that no text has, or with a byte order mark. */
export function isText(content: string): boolean {
  return charsetOfMark(content) !== undefined || !/[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(content);
}

/** Blanks as HTML has them. */
const BLANK = "[\\t\\n\\f\\r ]";

/** Tests for one of some tags at the start, in any case. */
export function startsWithTag(...tags: readonly string[]): RegExp {
  return new RegExp(`^(?:\\xef\\xbb\\xbf)?${BLANK}*<(?:${tags.join("|")})(?:${BLANK}|>)`, "i");
}

/** Tests for an XML element within the first bytes, with a namespace behind it when one is given. */
export function hasElement(name: string, namespace = ""): (content: string) => boolean {
  return (content) => {
    const start = content.replace(/^[\t\n\f\r ]+/, "").slice(0, 512);
    const element = start.indexOf(name);
    if (namespace === "") return element > 0;
    const found = start.indexOf(namespace);
    return name === "" ? found > 0 : element !== -1 && element < found;
  };
}

/** Tests the interpreter line. @param programs expressions of what follows `#!`; blanks may be many */
export function runs(...programs: readonly string[]): RegExp {
  return new RegExp(`^#!${BLANK}*(?:${programs.join("|").replaceAll(" ", `${BLANK}+`)})`);
}

export function isJson(content: string): boolean {
  return isJsonWith(() => true)(content);
}

/** Tests for a JSON object with certain members. */
export function isJsonWith(test: (members: ReadonlyMap<string, string | undefined>) => boolean) {
  return (content: string): boolean => {
    const { isContainer, isWhole, isCut, members } = shapeOfJson(content);
    return isContainer && (isWhole || (isCut && content.length >= CUT_LENGTH)) && test(members);
  };
}

/** Several lines of JSON, at least one of them a list or an object. */
export function isJsonLines(content: string): boolean {
  const lines = content.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.length < 2) return false;
  let containers = 0;
  for (const [index, line] of lines.entries()) {
    if (/^[\t\r ]*$/.test(line)) continue;
    const { isWhole, isCut, isContainer } = shapeOfJson(line);
    const isLast = index === lines.length - 1 && !content.endsWith("\n");
    if (!isWhole && !(isLast && isCut)) return false;
    if (isContainer) containers++;
  }
  return containers > 0;
}

export function isSvg(content: string): boolean {
  const start = content.replace(/^[\t\n\f\r ]+/, "");
  const bare = start.replace(/^(?:<!--[\s\S]*?-->)+/, "");
  if (/^<svg[^>]*\sxmlns\s*=\s*["']?http:\/\/www\.w3\.org\/2000\/svg["'\s>]/.test(bare))
    return true;
  return /^<\?xml[^>]*\sversion\s*=/.test(start) && start.includes("<svg");
}

const SRT_TIME = /^(\d\d):([0-5]\d):([0-5]\d),(\d{3})$/;

/** Subtitles: a number, two times, a text. */
export function isSrt(content: string): boolean {
  const [number, times = "", text = ""] = linesOf(content);
  if (number !== "1" || times.length !== 29 || text === "") return false;
  const [from = "", to = ""] = times.split(" --> ");
  return SRT_TIME.test(from) && SRT_TIME.test(to) && Number(from.slice(0, 2)) < 24 && from <= to;
}

const MAIL_HEADER =
  /^(?:message-id: |cc: |delivered-to: |return-path: )|^(?:From: |To: |Date: |Subject: |Received: |Relay-Version: |#! rnews|N#! rnews|Forward to|Pipe to|Content-Type: |Content-Transfer-Encoding: )/;
const ANY_CASE_HEADER = /^(?:message-id|cc|delivered-to|return-path): /i;

/** A mail: its first line is a known header, and one more of the next twenty. */
export function isMail(content: string): boolean {
  const [first = "", ...rest] = linesOf(content);
  const isHeader = (line: string) => MAIL_HEADER.test(line) || ANY_CASE_HEADER.test(line);
  return isHeader(first) && rest.slice(0, 20).some(isHeader);
}

/** Genealogy data. */
export function isGedcom(content: string): boolean {
  const start = content
    .replace(/^(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe)/, "")
    .replace(/^[\t\n\f\r ]+/, "");
  const [first, ...rest] = linesOf(start);
  return first === "0 HEAD" && rest.slice(0, 10).includes("1 GEDC");
}

const NET_HEADER =
  /^\n(?:#[^\n]*\n|[\t\f\r ]*\n)*[\t\f\r ]*(\d+)[\t\n\f\r ]+(\d+)(?:[\t\n\f\r ]|$)/;

/** A portable pixmap of one of some kinds (`P1`): its size follows. */
export function isNetpbm(...kinds: readonly string[]) {
  return (content: string): boolean => {
    if (!kinds.includes(content.slice(0, 2))) return false;
    const [, width, height] = NET_HEADER.exec(content.slice(2)) ?? [];
    return Number(width) > 0 && Number(height) > 0;
  };
}

/** Separated values: two lines or more of equally many fields, two at least; `#` begins a comment. */
export function isSeparatedBy(separator: string) {
  return (content: string): boolean => {
    const rows = countFields(content, separator);
    const [header = 0] = rows;
    if (header < 2 || rows.length < 2) return false;
    for (const [index, fields] of rows.slice(0, 10).entries()) {
      if (fields === header) continue;
      // The end may have cut the last row.
      return (
        content.length >= CUT_LENGTH && fields < header && index === rows.length - 1 && index >= 2
      );
    }
    return true;
  };
}

/** The number of fields in each row that is neither empty nor a comment. */
function countFields(content: string, separator: string): number[] {
  const rows: number[] = [];
  const field = new RegExp(
    `(?:"(?:[^"]|"")*("|$)[^${separator}\\n]*|[^${separator}\\n]*)([${separator}\\n]|$)`,
    "y",
  );
  let at = 0;
  while (at < content.length) {
    const blank = /(?:\r?\n|#[^\n]*(?:\n|$))/y;
    blank.lastIndex = at;
    if (blank.test(content)) {
      at = blank.lastIndex;
      continue;
    }
    let fields = 0;
    for (let end = separator; end === separator; fields++) {
      field.lastIndex = at;
      end = field.exec(content)?.[2] ?? "";
      at = field.lastIndex;
    }
    rows.push(fields);
  }
  return rows;
}

function linesOf(content: string): string[] {
  return content.split("\n").map((line) => line.replace(/\r$/, ""));
}
