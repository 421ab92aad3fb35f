import { decodeEntities } from "./picker-entities.ts";

/**
 * The text of an HTML value in one line, cut to a number of characters (PocketBase: the excerpt modifier).
 * Block elements separate words; what is no reading text (scripts, forms, pictures) is left out.
 */
export function excerpt(html: string, max: number, withEllipsis: boolean): string {
  const text = new TextReader(html, max).read();
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
/** Elements that may close themselves. */
const FOREIGN: ReadonlySet<string> = new Set(["svg", "math"]);
/** Elements that belong to the head as long as no content has begun. */
const HEAD_ONLY: ReadonlySet<string> = new Set(
  "base basefont bgsound link meta noframes script style template title".split(" "),
);

/** Tags that mean nothing outside of a table. */
const TABLE_PARTS: ReadonlySet<string> = new Set(
  "caption col colgroup tbody td tfoot th thead tr".split(" "),
);
/** Elements that end a paragraph that was left open… */
const ENDS_PARAGRAPH: ReadonlySet<string> = new Set(
  "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre search section summary table ul".split(
    " ",
  ),
);
/** … unless one of these stands between. */
const KEEPS_PARAGRAPH: ReadonlySet<string> = new Set(
  "applet button caption marquee object table td template th svg math".split(" "),
);
/** Items end the one before them, unless one of these stands between. */
const KEEPS_ITEM: ReadonlySet<string> = new Set(
  [...ENDS_PARAGRAPH, ...KEEPS_PARAGRAPH, "iframe", "select", "textarea"].filter(
    (name) => !["address", "div", "p"].includes(name),
  ),
);

/** Elements that end a drawing that was left open. */
const ENDS_FOREIGN: ReadonlySet<string> = new Set(
  "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li menu meta ol p pre s small span strike strong sub sup table u ul".split(
    " ",
  ),
);

const TAG = /<(\/?)([a-z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/iy;
const COMMENT = /<!--(?:>|->|[^]*?(?:--!?>|$))|<[!?/][^>]*(?:>|$)/y;
const UNFINISHED_TAG = /<[a-z]/iy;

/** Open elements that are kept track of; deeper ones are taken to be closed at once. */
const MAX_OPEN = 512;

/** Walks over HTML as a browser's parser would, as far as the order of text needs it. */
class TextReader {
  readonly #html: string;
  /** Bytes of text from which elements are no longer entered: PocketBase counts in bytes here. */
  readonly #enough: number;
  readonly #open: { readonly name: string; readonly isHidden: boolean }[] = [];
  /** How many open elements are hidden. */
  #hidden = 0;
  #at = 0;
  #text = " ";
  #bytes = 1;
  #endsWithSpace = true;
  #hasBody = false;

  constructor(html: string, max: number) {
    this.#html = html;
    this.#enough = max + 2;
  }

  read(): string {
    while (this.#at < this.#html.length) {
      const next = this.#html.indexOf("<", this.#at);
      const end = next < 0 ? this.#html.length : next;
      if (end > this.#at) this.#addText(decodeEntities(this.#html.slice(this.#at, end)));
      this.#at = end;
      if (next >= 0) this.#markup();
    }
    return this.#text.trim();
  }

  #markup(): void {
    const tag = this.#match(TAG);
    const skipped = tag ?? this.#match(COMMENT);
    if (skipped) {
      this.#at += skipped[0].length;
      if (tag) this.#tag(tag[2]!.toLowerCase(), tag[1] === "/", tag[3]!.endsWith("/"));
    } else if (this.#match(UNFINISHED_TAG)) {
      this.#at = this.#html.length;
    } else {
      this.#addText("<");
      this.#at++;
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#html);
  }

  #tag(name: string, isEnd: boolean, closesItself: boolean): void {
    if (isEnd) {
      this.#close(name);
      return;
    }
    if (ENDS_FOREIGN.has(name)) for (const foreign of FOREIGN) this.#close(foreign);
    if (this.#isIgnored(name)) return;
    if (name === "li") this.#closeWithin(["li"], KEEPS_ITEM);
    if (name === "dd" || name === "dt") this.#closeWithin(["dd", "dt"], KEEPS_ITEM);
    if (ENDS_PARAGRAPH.has(name)) this.#closeWithin(["p"], KEEPS_PARAGRAPH);
    const isInHead = !this.#hasBody && (name === "head" || HEAD_ONLY.has(name));
    this.#hasBody ||= !isInHead;
    const isHidden = isInHead || EXCLUDED.has(name);
    if (!isHidden) this.#separate(name);
    if (RAW_TEXT.has(name) || ESCAPABLE_TEXT.has(name)) this.#rawText(name, isHidden);
    else if (!VOID.has(name) && !(closesItself && FOREIGN.has(name))) this.#push(name, isHidden);
    else if (!isHidden) this.#separate(name);
  }

  #isIgnored(name: string): boolean {
    if (name === "html" || name === "body" || (name === "head" && this.#hasBody)) return true;
    return TABLE_PARTS.has(name) && !this.#open.some((element) => element.name === "table");
  }

  #push(name: string, isExcluded: boolean): void {
    if (this.#open.length >= MAX_OPEN) return;
    const isHidden = isExcluded || this.#bytes > this.#enough;
    this.#open.push({ name, isHidden });
    if (isHidden) this.#hidden++;
  }

  /** Closes the innermost one of some elements, when it is not beyond a boundary. */
  #closeWithin(names: readonly string[], boundaries: ReadonlySet<string>): void {
    const found = this.#open.findLast(({ name }) => names.includes(name) || boundaries.has(name));
    if (found && names.includes(found.name)) this.#close(found.name);
  }

  #close(name: string): void {
    const at = this.#open.findLastIndex((element) => element.name === name);
    // A paragraph that was never opened is made on the spot.
    if (at < 0 && name === "p") this.#separate(name);
    if (at < 0) return;
    for (const element of this.#open.splice(at).toReversed()) {
      if (element.isHidden) this.#hidden--;
      if (!EXCLUDED.has(element.name)) this.#separate(element.name);
    }
  }

  /** The content of elements in which tags mean nothing. */
  #rawText(name: string, isHidden: boolean): void {
    const end = new RegExp(`</${name}(?=[\\s/>])`, "ig");
    end.lastIndex = this.#at;
    const found = end.exec(this.#html);
    const content = this.#html.slice(this.#at, found?.index);
    const close = found ? this.#html.indexOf(">", found.index) : -1;
    this.#at = close < 0 ? this.#html.length : close + 1;
    if (isHidden || this.#bytes > this.#enough) return;
    this.#addText(ESCAPABLE_TEXT.has(name) ? decodeEntities(content) : content);
    this.#separate(name);
  }

  #addText(raw: string): void {
    if (this.#hidden > 0) return;
    let text = raw.replaceAll(/[\t\n\f\r ]+/g, " ");
    if (text.trim() !== "") this.#hasBody = true;
    if (this.#endsWithSpace) text = text.replace(/^ +/, "");
    if (text === "") return;
    this.#append(text);
  }

  /** Block elements stand apart from what is before and after them. */
  #separate(name: string): void {
    if (this.#hidden === 0 && !INLINE.has(name) && !this.#endsWithSpace) this.#append(" ");
  }

  #append(text: string): void {
    this.#text += text;
    this.#bytes += Buffer.byteLength(text);
    this.#endsWithSpace = text.endsWith(" ");
  }
}
