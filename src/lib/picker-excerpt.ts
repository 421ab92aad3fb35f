import { decodeEntities } from "./picker-entities.ts";

/**
 * The text of an HTML value in one line, cut to a number of characters (PocketBase: the excerpt modifier).
 * Block elements separate words; what is no reading text (scripts, forms, pictures) is left out.
 */
export function excerpt(html: string, max: number, withEllipsis: boolean): string {
  const text = new TextReader(html).read();
  const characters = [...text];
  if (characters.length <= max) return text;
  const cut = characters.slice(0, max).join("").trim();
  return withEllipsis ? `${cut}...` : cut;
}

const EXCLUDED: ReadonlySet<string> = new Set(
  "head style script iframe embed applet object svg img picture dialog template button form textarea input select option".split(
    " ",
  ),
);
const INLINE: ReadonlySet<string> = new Set(
  "a abbr acronym b bdo big br button cite code em i label q small span strong strike sub sup time".split(
    " ",
  ),
);
const VOID: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);
/** Their content is text up to the end tag; in the second group entities count. */
const RAW_TEXT: ReadonlySet<string> = new Set([
  "style",
  "script",
  "iframe",
  "xmp",
  "noembed",
  "noframes",
]);
const ESCAPABLE_TEXT: ReadonlySet<string> = new Set(["textarea", "title"]);
/** Elements that belong to the head as long as no content has begun. */
const HEAD_ONLY: ReadonlySet<string> = new Set(
  "base basefont bgsound link meta noframes script style template title".split(" "),
);

const TAG = /^<(\/?)([a-z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/i;
const COMMENT = /^<!--(?:>|->|[\s\S]*?(?:--!?>|$))|^<[!?/][^>]*(?:>|$)/;

/** Walks over HTML as a browser's parser would, as far as the order of text needs it. */
class TextReader {
  readonly #html: string;
  readonly #open: string[] = [];
  #at = 0;
  #text = "";
  #endsWithSpace = false;
  #hasBody = false;

  constructor(html: string) {
    this.#html = html;
  }

  read(): string {
    while (this.#at < this.#html.length) {
      const next = this.#html.indexOf("<", this.#at);
      const end = next < 0 ? this.#html.length : next;
      this.#addText(decodeEntities(this.#html.slice(this.#at, end)));
      this.#at = end;
      if (next >= 0) this.#markup();
    }
    return this.#text.trim();
  }

  #markup(): void {
    const rest = this.#html.slice(this.#at);
    const tag = TAG.exec(rest);
    const skipped = tag?.[0] ?? COMMENT.exec(rest)?.[0];
    if (skipped === undefined) {
      // An unfinished tag is dropped up to the end; another `<` is text.
      if (/^<[a-z]/i.test(rest)) this.#at = this.#html.length;
      else {
        this.#addText("<");
        this.#at++;
      }
      return;
    }
    this.#at += skipped.length;
    if (tag) this.#tag(tag[2]!.toLowerCase(), tag[1] === "/", tag[3]!.endsWith("/"));
  }

  #tag(name: string, isEnd: boolean, closesItself: boolean): void {
    if (isEnd) {
      this.#close(name);
      return;
    }
    const isInHead = !this.#hasBody && HEAD_ONLY.has(name);
    this.#hasBody ||= !isInHead && name !== "html" && name !== "head";
    if (!this.#isHidden() && !isInHead && !EXCLUDED.has(name) && !INLINE.has(name))
      this.#separate();
    if (RAW_TEXT.has(name) || ESCAPABLE_TEXT.has(name)) this.#rawText(name, isInHead);
    else if (!VOID.has(name) && !(closesItself && this.#open.includes("svg")))
      this.#open.push(name);
  }

  #close(name: string): void {
    const at = this.#open.lastIndexOf(name);
    if (at < 0) return;
    for (const closed of this.#open.splice(at).reverse()) {
      if (!this.#isHidden() && !EXCLUDED.has(closed) && !INLINE.has(closed)) this.#separate();
    }
  }

  #rawText(name: string, isHidden: boolean): void {
    const rest = this.#html.slice(this.#at);
    const end = new RegExp(`</${name}(?=[\\s/>])`, "i").exec(rest);
    const content = end ? rest.slice(0, end.index) : rest;
    this.#at += content.length;
    if (!isHidden && !EXCLUDED.has(name)) {
      this.#addText(ESCAPABLE_TEXT.has(name) ? decodeEntities(content) : content);
      if (!this.#isHidden()) this.#separate();
    }
    const close = this.#html.indexOf(">", this.#at);
    if (end) this.#at = close < 0 ? this.#html.length : close + 1;
  }

  #isHidden(): boolean {
    return this.#open.some((name) => EXCLUDED.has(name));
  }

  #addText(raw: string): void {
    if (this.#isHidden()) return;
    let text = raw.replaceAll(/[\t\n\f\r ]+/g, " ");
    if (text.trim() !== "") this.#hasBody = true;
    if (this.#endsWithSpace) text = text.replace(/^ +/, "");
    if (text === "") return;
    this.#text += text;
    this.#endsWithSpace = text.endsWith(" ");
  }

  #separate(): void {
    if (this.#endsWithSpace) return;
    this.#text += " ";
    this.#endsWithSpace = true;
  }
}
