import { signal } from "@preact/signals";
import { type Text, type ValuesOf, formatText } from "./catalogue.ts";
import { type English, en, type TextKey } from "./en.ts";
import { pseudoText } from "./pseudo.ts";

/** The languages of this UI by their own names. */
export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français" } as const;

export type Language = keyof typeof LANGUAGES;

type Catalogue = Readonly<Record<TextKey, Text>>;

/** Shows what is not translated: `localStorage.generatioLanguage = "en-XA"`. */
const PSEUDO = "en-XA";
const KEY = "generatioLanguage";

const LOADERS: Readonly<Record<string, () => Promise<Catalogue>>> = {
  en: async () => en,
  de: async () => (await import("./de.ts")).de,
  fr: async () => (await import("./fr.ts")).fr,
  [PSEUDO]: async () => pseudoCatalogue(),
};

const current = signal<{ readonly language: string; readonly catalogue: Catalogue }>({
  language: "en",
  catalogue: en,
});

/** The language that is shown, as in `<html lang>`. */
export function language(): string {
  return current.value.language;
}

/** Shows the chosen language, or the first of the browser's that there is. */
export async function startLanguage(): Promise<void> {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages];
  for (const each of wanted) {
    const code = each === PSEUDO ? PSEUDO : each?.slice(0, 2).toLowerCase();
    if (code !== undefined && LOADERS[code]) return show(code);
  }
  return show("en");
}

/** Switches, and remembers it. */
export async function setLanguage(code: Language): Promise<void> {
  localStorage.setItem(KEY, code);
  await show(code);
}

/** Takes over what was chosen in another tab. */
export async function followLanguage(): Promise<void> {
  const code = localStorage.getItem(KEY);
  if (code !== null && code !== language() && LOADERS[code]) await show(code);
}

/** A text of the catalogue in the present language, with its values put in. */
export function t<Key extends TextKey>(key: Key, ...values: ValuesOf<English[Key]>): string {
  const { language, catalogue } = current.value;
  return formatText(catalogue[key], values[0] ?? {}, language);
}

async function show(code: string): Promise<void> {
  const catalogue = await (LOADERS[code] ?? LOADERS["en"]!)();
  document.documentElement.lang = code;
  current.value = { language: code, catalogue };
}

function pseudoCatalogue(): Catalogue {
  const entries = Object.entries(en).map(([key, text]) => [key, pseudoText(text)]);
  return Object.fromEntries(entries) as Catalogue;
}
