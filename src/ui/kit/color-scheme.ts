import { signal } from "@preact/signals";

/** `auto` follows the system. */
export type ColorScheme = "auto" | "light" | "dark";

const KEY = "pbColorScheme";

/** What the user has chosen; PocketBase's UI reads the same entry of the browser's storage. */
export const colorScheme = signal<ColorScheme>(readScheme());

/** Switches, and remembers it. */
export function setColorScheme(scheme: ColorScheme): void {
  colorScheme.value = scheme;
  if (scheme === "auto") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, scheme);
  applyColorScheme();
}

/** Takes over what was chosen in another tab. */
export function followColorScheme(): void {
  colorScheme.value = readScheme();
  applyColorScheme();
}

/** Puts the chosen scheme on the page. */
export function applyColorScheme(): void {
  document.documentElement.dataset["colorScheme"] = colorScheme.peek();
}

/** Makes a colour the accent of everything. @param color as `#1055c9`; anything else is ignored */
export function setAccent(color: string): void {
  if (/^#[0-9a-f]{6}$/i.test(color)) {
    document.documentElement.style.setProperty("--accent-base", color);
  }
}

function readScheme(): ColorScheme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "auto";
}
