import { useEffect, useRef } from "preact/hooks";
import { confirm } from "../../kit/confirm.tsx";
import { t } from "../i18n/language.ts";

const unsaved = new Set<{ isDirty: () => boolean }>();

/** As long as the caller is rendered and `isDirty` says so, nobody leaves the place or the page without being asked. */
export function useUnsaved(isDirty: () => boolean): void {
  const latest = useRef({ isDirty });
  latest.current.isDirty = isDirty;
  useEffect(() => {
    const entry = latest.current;
    unsaved.add(entry);
    return () => void unsaved.delete(entry);
  }, []);
}

/**
 * The same for a dialog within an editor, whose own changes are asked about when it is closed.
 *
 * @returns closes it, when nothing would be lost or that is wanted
 */
export function useGuardedClose(isDirty: boolean, onClose: () => void): () => void {
  useUnsaved(() => isDirty);
  const close = async () => {
    if (!isDirty || (await askToDiscard())) onClose();
  };
  return () => void close();
}

/** Whether anything here would be lost. */
export function hasUnsaved(): boolean {
  return [...unsaved].some(({ isDirty }) => isDirty());
}

/** Asks when something would be lost. @returns whether to go on */
export async function mayLeave(): Promise<boolean> {
  return !hasUnsaved() || askToDiscard();
}

export function askToDiscard(): Promise<boolean> {
  return confirm({
    title: t("shell.unsaved.title"),
    text: t("shell.unsaved.text"),
    action: t("shell.unsaved.discard"),
    look: "danger",
  });
}

/** The browser asks before the page is closed or loaded anew. */
export function guardPage(): void {
  addEventListener("beforeunload", (event) => {
    if (hasUnsaved()) event.preventDefault();
  });
}
