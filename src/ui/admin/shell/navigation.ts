import { computed, signal } from "@preact/signals";
import { parsePlace, placeHref, type Place } from "./place.ts";
import { hasUnsaved, mayLeave } from "./unsaved.ts";

const current = signal<Place>(parsePlace(location.hash));
/** The address that is shown, to go back to when leaving is refused. */
let shownHash = location.hash;

/** Where the UI is. */
export const place = computed(() => current.value);

/** Follows the address of the page, which may have changed while the page was fetched. */
export function startNavigation(): void {
  shownHash = location.hash;
  current.value = parsePlace(shownHash);
  addEventListener("hashchange", () => void follow());
}

export interface NavigateOptions {
  /** Without a new entry in the browser's history. */
  readonly replace?: boolean;
  /** Unsaved changes do not hold it back. */
  readonly isSure?: boolean;
}

/** Goes somewhere, unless unsaved changes hold it back. */
export async function navigate(
  path: string,
  query: Place["query"] = {},
  options: NavigateOptions = {},
): Promise<void> {
  if (!options.isSure && !(await mayLeave())) return;
  show(placeHref({ path, query }), options.replace ?? false);
}

/** The address of a place, for links. */
export function hrefTo(path: string, query: Place["query"] = {}): string {
  return placeHref({ path, query });
}

function show(hash: string, replace: boolean): void {
  if (replace) history.replaceState(null, "", hash);
  else if (hash !== location.hash) history.pushState(null, "", hash);
  shownHash = hash;
  current.value = parsePlace(hash);
}

async function follow(): Promise<void> {
  const wanted = location.hash;
  if (wanted === shownHash) return;
  // While it is asked the page stays where it is, and so does its address.
  if (hasUnsaved()) history.pushState(null, "", shownHash);
  if (await mayLeave()) show(wanted, false);
}
