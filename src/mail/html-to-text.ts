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

/** Comments, declarations, tags (quoted attribute values may hold `>`), and the text between. */
const TOKEN =
  /<!--[\s\S]*?(?:-->|$)|<[!?][^>]*>?|<(\/?)([a-zA-Z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>|[^<]+|</g;

/**
 * A plain text for a mail's HTML: links become `[label](address)`, list items begin with `- `, blocks and
 * `<br>` start new lines, white space is folded (PocketBase: tools/mailer/html2text.go). Linear in the
 * length of the document; broken markup gives some text, never an error.
 */
export function htmlToText(html: string): string {
  const writer = new TextWriter();
  let skipped = "";
  let depth = 0;
  for (const [token, closing, rawName, attributes = ""] of html.matchAll(TOKEN)) {
    const name = rawName?.toLowerCase();
    if (skipped !== "") {
      // Only its own end tag ends a skipped element.
      if (name === skipped && !VOID.has(name)) depth += closing ? -1 : 1;
      if (depth === 0) skipped = "";
    } else if (name === undefined) {
      if (!token.startsWith("<") || token === "<") writer.text(unescapeHtml(token));
    } else if (!closing && SKIPPED.has(name)) {
      if (VOID.has(name)) continue;
      skipped = name;
      depth = 1;
    } else if (closing) {
      if (name === "a") writer.endLink();
      else if (!INLINE.has(name)) writer.breakLine();
    } else {
      writer.open(name, attributes);
    }
  }
  return writer.finish();
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
