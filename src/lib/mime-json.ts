/** What a text turned out to be when it was read as JSON. */
export interface JsonShape {
  /** It is one whole value. */
  readonly isWhole: boolean;
  /** It is valid as far as it goes, but ends too early. */
  readonly isCut: boolean;
  readonly isContainer: boolean;
  /** Members of objects by dotted path; texts with their quotes; `undefined` when not read to the end. */
  readonly members: ReadonlyMap<string, string | undefined>;
}

const TOKEN =
  /\s*(?:"(?:[^"\\]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|-?[\d.]+(?:[eE][+-]?\d+)?|true|false|null|[{}[\]:,])/y;
const CUT_TOKEN =
  /\s*(?:"(?:[^"\\]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*(?:\\(?:u[\dA-Fa-f]{0,3})?)?|-|[tfn][a-z]{0,3})?$/y;

/** Reads the start of a file as JSON, a little more leniently than a parser: only its shape is asked for. */
export function shapeOfJson(text: string): JsonShape {
  const reader = new ShapeReader(text);
  const outcome = reader.read();
  return {
    isWhole: outcome === "whole",
    isCut: outcome === "cut",
    isContainer: /^\s*[{[]/.test(text),
    members: reader.members,
  };
}

interface Level {
  readonly isObject: boolean;
  /** The member that is being read. */
  key: string | undefined;
}

class ShapeReader {
  readonly members = new Map<string, string | undefined>();
  readonly #text: string;
  #at = 0;
  readonly #levels: Level[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): "whole" | "cut" | "broken" {
    let expects: "value" | "key" | "colon" | "end" = "value";
    for (;;) {
      const token = this.#token();
      if (token === undefined)
        return this.#isCut() ? (this.#isDone(expects) ? "whole" : "cut") : "broken";
      const level = this.#levels.at(-1);
      if (token === "}" || token === "]") {
        if (!level || level.isObject !== (token === "}") || expects === "colon") return "broken";
        this.#levels.pop();
        expects = "end";
      } else if (expects === "key") {
        if (!token.startsWith('"') || !level) return "broken";
        level.key = token.slice(1, -1);
        expects = "colon";
      } else if (expects === "colon") {
        if (token !== ":") return "broken";
        expects = "value";
      } else if (expects === "end") {
        if (token !== "," || !level) return "broken";
        expects = level.isObject ? "key" : "value";
      } else {
        const next = this.#openOrNote(token);
        if (!next) return "broken";
        expects = next;
      }
    }
  }

  #openOrNote(token: string): "key" | "value" | "end" | undefined {
    if (token === ":" || token === ",") return undefined;
    const isOpening = token === "{" || token === "[";
    const path = this.#path();
    if (path !== undefined) this.members.set(path, isOpening ? undefined : token);
    if (!isOpening) return "end";
    this.#levels.push({ isObject: token === "{", key: undefined });
    return token === "{" ? "key" : "value";
  }

  /** Through objects only. */
  #path(): string | undefined {
    if (this.#levels.length === 0 || this.#levels.some((level) => !level.isObject))
      return undefined;
    return this.#levels.map((level) => level.key).join(".");
  }

  #token(): string | undefined {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match) this.#at = TOKEN.lastIndex;
    return match?.[0].trim();
  }

  #isCut(): boolean {
    CUT_TOKEN.lastIndex = this.#at;
    return CUT_TOKEN.test(this.#text);
  }

  #isDone(expects: string): boolean {
    return (
      expects === "end" && this.#levels.length === 0 && /^\s*$/.test(this.#text.slice(this.#at))
    );
  }
}
