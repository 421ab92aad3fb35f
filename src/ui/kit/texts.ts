import { signal } from "@preact/signals";

/** The few words that the kit says by itself. */
export interface KitTexts {
  readonly close: string;
  readonly cancel: string;
  readonly confirm: string;
  readonly clear: string;
  readonly copy: string;
  readonly copied: string;
  readonly noMatches: string;
  readonly remove: (name: string) => string;
  readonly show: string;
  readonly hide: string;
  readonly drag: (name: string) => string;
  readonly moved: (name: string, place: number, of: number) => string;
  readonly typeToConfirm: (word: string) => string;
  readonly suggestions: string;
  readonly notifications: string;
  /** Read to who cannot see that a field takes code. */
  readonly codeKeys: string;
}

/** Replaced as a whole by a page that speaks another language. */
export const kitTexts = signal<KitTexts>({
  close: "Close",
  cancel: "Cancel",
  confirm: "Confirm",
  clear: "Clear",
  copy: "Copy",
  copied: "Copied",
  noMatches: "Nothing found",
  remove: (name) => `Remove ${name}`,
  show: "Show",
  hide: "Hide",
  drag: (name) => `Move ${name}`,
  moved: (name, place, of) => `${name} is now ${place} of ${of}`,
  typeToConfirm: (word) => `Type ${word} to confirm`,
  suggestions: "Suggestions",
  notifications: "Notifications",
  codeKeys: "While you type, Tab indents. Esc, then Tab leaves.",
});
