import type { ComponentType } from "preact";
import type PocketBase from "pocketbase";
import type { IconName } from "./icon-paths.ts";

/** A text in several languages; `en` stands in for those that are missing. */
export type LocalText = string | ({ readonly en: string } & Readonly<Record<string, string>>);

/**
 * A page that an extension adds to the admin UI. The extension's UI folder holds a module `pages.ts` (or
 * `.js`) that exports them:
 *
 * @example
 * import { type AdminPage, h } from "generatio/ui";
 *
 * function Hello({ client, t }) {
 *   return h("h1", null, t({ en: "Hello", de: "Hallo" }));
 * }
 *
 * export const adminPages: AdminPage[] = [
 *   { path: "hello", title: { en: "Hello", de: "Hallo" }, icon: "info", screen: Hello },
 * ];
 */
export interface AdminPage {
  /** Where it is, below `#/extensions/<name of the extension>/`. */
  readonly path: string;
  readonly title: LocalText;
  readonly icon: IconName;
  readonly screen: ComponentType<AdminScreenProps>;
}

/** What the page of an extension is given. */
export interface AdminScreenProps {
  /** The official SDK, signed in as the superuser. */
  readonly client: PocketBase;
  /** As in `<html lang>`: `en`, `de`, … */
  readonly language: string;
  /** Picks the text of that language. */
  readonly t: (text: LocalText) => string;
}

/** The text in a language, or in English. */
export function localText(text: LocalText, language: string): string {
  return typeof text === "string" ? text : (text[language] ?? text.en);
}
