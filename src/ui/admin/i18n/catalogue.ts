/** A text, or one for each plural category of `count`. `{name}` stands for a value. */
export type Text = string | PluralText;

/** Categories as in `Intl.PluralRules`. */
export interface PluralText {
  readonly one: string;
  readonly other: string;
  readonly many?: string;
}

/** The same keys as English, with texts of another language. */
export type Translation<Section> = { readonly [Key in keyof Section]: Text };

type NamesIn<Line> = Line extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

type LineOf<T> = T extends PluralText ? T["one"] | T["other"] : T;

/** The values that a text needs. */
export type ValuesOf<T> = [NamesIn<LineOf<T>>] extends [never]
  ? []
  : [values: Readonly<Record<NamesIn<LineOf<T>>, string | number>>];

/** Puts values into a text. @param language for the plural category and the numbers */
export function formatText(
  text: Text,
  values: Readonly<Record<string, string | number>>,
  language: string,
): string {
  return pickLine(text, values["count"], language).replaceAll(
    /\{(\w+)\}/g,
    (whole, name: string) => {
      const value = values[name];
      if (typeof value === "number") return new Intl.NumberFormat(language).format(value);
      return value ?? whole;
    },
  );
}

function pickLine(text: Text, count: string | number | undefined, language: string): string {
  if (typeof text === "string") return text;
  const category = new Intl.PluralRules(language).select(Number(count ?? 0));
  if (category === "one") return text.one;
  return category === "many" ? (text.many ?? text.other) : text.other;
}
