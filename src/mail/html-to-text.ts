/** Elements whose content is not for reading. */
const SKIPPED = new Set(
  "style script iframe applet object svg img button form textarea input select option template head title noscript".split(
    " ",
  ),
);
const INLINE = new Set("a span small strike strong sub sup em b u i code".split(" "));
const VOID = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);

/**
 * A plain text for a mail's HTML: links become `[label](address)`, list items begin with `- `, blocks and
 * `<br>` start new lines, white space is folded (PocketBase: tools/mailer/html2text.go). Linear in the
 * length of the document; broken markup gives some text, never an error.
 */
export function htmlToText(html: string): string {
  const writer = new TextWriter();
  let skipped = "";
  let depth = 0;
  for (const token of tokenize(html)) {
    if (skipped !== "") {
      // Only its own end tag ends a skipped element.
      if (token.name === skipped) depth += token.isEnd ? -1 : 1;
      if (depth === 0) skipped = "";
    } else if (token.name === "") {
      writer.text(unescapeHtml(token.text));
    } else if (token.isEnd) {
      writer.close(token.name);
    } else if (!SKIPPED.has(token.name)) {
      writer.open(token.name, token.text);
    } else if (!VOID.has(token.name)) {
      skipped = token.name;
      depth = 1;
    }
  }
  return writer.finish();
}

interface Token {
  /** Lower case; empty for text between tags. */
  readonly name: string;
  readonly isEnd: boolean;
  /** The text, or a tag's attributes. */
  readonly text: string;
}

/** Comments and declarations are passed over; a tag that does not end is dropped with all behind it. */
function* tokenize(html: string): Generator<Token> {
  for (let at = 0; at < html.length;) {
    const mark = nextMarkup(html, at);
    if (mark > at) yield { name: "", isEnd: false, text: html.slice(at, mark) };
    if (mark === html.length) return;
    const isTag = /[a-zA-Z/]/.test(html[mark + 1]!);
    const end = isTag ? tagEnd(html, mark) : declarationEnd(html, mark);
    if (end < 0) return;
    if (isTag) yield readTag(html.slice(mark + 1, end));
    at = end + 1;
  }
}

/** The next `<` that begins something; the end when there is none. */
function nextMarkup(html: string, from: number): number {
  for (let at = html.indexOf("<", from); at >= 0; at = html.indexOf("<", at + 1)) {
    if (/^(?:[a-zA-Z!?]|\/[a-zA-Z])/.test(html.slice(at + 1, at + 3))) return at;
  }
  return html.length;
}

/** The `>` of the tag that begins here; those in quoted values do not count. -1 when there is none. */
function tagEnd(html: string, start: number): number {
  let quote = "";
  for (let at = start + 1; at < html.length; at++) {
    const character = html[at]!;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === ">") {
      return at;
    } else if (character === '"' || character === "'") {
      quote = character;
    }
  }
  return -1;
}

/** The `>` of the comment or declaration that begins here; -1 when there is none. */
function declarationEnd(html: string, start: number): number {
  if (!html.startsWith("<!--", start)) return html.indexOf(">", start);
  const end = html.indexOf("-->", start + 4);
  return end < 0 ? -1 : end + 2;
}

function readTag(inside: string): Token {
  const isEnd = inside.startsWith("/");
  const [name = ""] = /^[^\s/>]+/.exec(isEnd ? inside.slice(1) : inside) ?? [];
  return { name: name.toLowerCase(), isEnd, text: inside.slice(name.length + Number(isEnd)) };
}

class TextWriter {
  #done = "";
  #link: { text: string; readonly href: string } | undefined;
  /** False at the start of a line, where blanks are indentation. */
  #hasText = false;

  text(raw: string): void {
    let text = raw.replace(/\s+/g, " ");
    if (!this.#hasText) text = text.trimStart();
    if (text === "") return;
    this.#write(text);
    this.#hasText = true;
  }

  open(name: string, attributes: string): void {
    if (name === "br") {
      this.#write("\r\n");
      this.#hasText = false;
    } else if (!INLINE.has(name)) {
      this.breakLine();
    }
    if (name === "li") this.#write("- ");
    if (name === "a") {
      this.endLink();
      this.#link = { text: "", href: attributeOf(attributes, "href") };
    }
  }

  close(name: string): void {
    if (name === "a") this.endLink();
    else if (!INLINE.has(name)) this.breakLine();
  }

  breakLine(): void {
    if (!this.#hasText) return;
    this.#write("\r\n");
    this.#hasText = false;
  }

  endLink(): void {
    const link = this.#link;
    if (!link) return;
    this.#link = undefined;
    this.#done += `[${link.text.trim() || "LINK"}]${link.href === "" ? "" : `(${link.href})`}`;
    this.#hasText = true;
  }

  finish(): string {
    this.endLink();
    return this.#done.trim();
  }

  #write(text: string): void {
    if (this.#link) this.#link.text += text;
    else this.#done += text;
  }
}

function attributeOf(attributes: string, name: string): string {
  const match = new RegExp(
    `(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`,
    "i",
  ).exec(attributes);
  return unescapeHtml(match?.[1] ?? match?.[2] ?? match?.[3] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-z]+));/g,
    (entity, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? entity;
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    },
  );
}
