/** What a mail says, decoded. */
export interface ParsedMail {
  readonly headers: ReadonlyMap<string, string>;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly raw: string;
}

/** Reads a mail (RFC 5322, MIME). @param raw its bytes as latin1 text */
export function parseMail(raw: string): ParsedMail {
  const { headers, body } = split(raw);
  const parts = flatten(headers, body);
  const find = (type: string) => parts.find((part) => part.type === type)?.content ?? "";
  return {
    headers: new Map([...headers].map(([name, value]) => [name, decodeWords(value)])),
    subject: decodeWords(headers.get("subject") ?? ""),
    text: find("text/plain"),
    html: find("text/html"),
    raw,
  };
}

interface Part {
  readonly type: string;
  readonly content: string;
}

function split(raw: string): { readonly headers: Map<string, string>; readonly body: string } {
  const end = raw.indexOf("\r\n\r\n");
  const head = (end < 0 ? raw : raw.slice(0, end)).replace(/\r\n[ \t]+/g, " ");
  const lines = head.split("\r\n").map((line) => /^([^:]+):\s*(.*)$/.exec(line));
  const headers = new Map(
    lines.flatMap((match) => (match ? [[match[1]!.toLowerCase(), match[2]!]] : [])),
  );
  return { headers, body: end < 0 ? "" : raw.slice(end + 4) };
}

function flatten(headers: ReadonlyMap<string, string>, body: string): Part[] {
  const header = headers.get("content-type") ?? "text/plain";
  const type = header.split(";")[0]!.trim().toLowerCase();
  const boundary = /boundary="?([^";]+)"?/i.exec(header)?.[1];
  if (!type.startsWith("multipart/") || boundary === undefined) {
    return [{ type, content: decodeBody(headers.get("content-transfer-encoding") ?? "", body) }];
  }
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((part) => {
      const inner = split(part.replace(/^\r\n/, ""));
      return flatten(inner.headers, inner.body);
    });
}

function decodeBody(encoding: string, body: string): string {
  switch (encoding.trim().toLowerCase()) {
    case "base64":
      return Buffer.from(body, "base64").toString("utf8");
    case "quoted-printable":
      return decodeQuoted(body.replace(/=\r\n/g, ""));
    default:
      return Buffer.from(body, "latin1").toString("utf8");
  }
}

function decodeQuoted(text: string): string {
  const bytes = text.replace(/=([\dA-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** Encoded words of a header (RFC 2047). */
function decodeWords(value: string): string {
  const joined = value.replace(/\?=\s+=\?/g, "?==?");
  return joined.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
    kind.toLowerCase() === "b"
      ? Buffer.from(text, "base64").toString("utf8")
      : decodeQuoted(text.replaceAll("_", " ")),
  );
}
