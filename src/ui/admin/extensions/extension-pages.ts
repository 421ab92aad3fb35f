import { computed, signal } from "@preact/signals";
import type { AdminPage } from "../../kit/admin-page.ts";
import { toast } from "../../kit/toast.tsx";
import { t } from "../i18n/language.ts";

/** A page with the place it has. */
export interface PlacedPage extends AdminPage {
  readonly address: string;
}

const placed = signal<readonly PlacedPage[]>([]);
let isAsked = false;

/** The pages that extensions have added. */
export const extensionPages = computed(() => placed.value);

/** Fetches the modules of all extensions; one that fails does not harm the others. */
export async function loadExtensionPages(): Promise<void> {
  if (isAsked) return;
  isAsked = true;
  const response = await fetch(new URL("extensions.json", location.href));
  if (!response.ok) return;
  const list: unknown = await response.json();
  if (Array.isArray(list)) await Promise.all(list.map((entry: unknown) => load(entry)));
}

async function load(entry: unknown): Promise<void> {
  if (typeof entry !== "object" || entry === null) return;
  if (!("name" in entry) || !("pages" in entry) || typeof entry.pages !== "string") return;
  const name = String(entry.name);
  try {
    const module: unknown = await import(
      /* @vite-ignore */ new URL(entry.pages, location.href).href
    );
    const pages = pagesOf(module).map((page) => ({
      ...page,
      address: `/extensions/${name}/${page.path}`,
    }));
    placed.value = [...placed.peek(), ...pages].toSorted((a, b) =>
      a.address.localeCompare(b.address),
    );
  } catch (error) {
    console.error(error);
    toast(t("shell.extensionFailed", { name }), { tone: "danger" });
  }
}

function pagesOf(module: unknown): readonly AdminPage[] {
  const hasPages = typeof module === "object" && module !== null && "adminPages" in module;
  if (!hasPages || !Array.isArray(module.adminPages)) {
    throw new TypeError("The module exports no adminPages.");
  }
  return module.adminPages;
}
