import { followColorScheme } from "../../kit/color-scheme.ts";
import { superuser } from "../api/session.ts";
import { CHANGED_KEY, loadCollections } from "../data/collections.ts";
import { followLanguage } from "../i18n/language.ts";

/** What is changed in another tab of the browser shows in this one: collections, theme, language. */
export function followOtherTabs(): void {
  addEventListener("storage", ({ key }) => {
    followColorScheme();
    void followLanguage();
    // What cannot be fetched now is fetched with the next visit.
    if (key === CHANGED_KEY && superuser.peek()) void loadCollections().catch(() => undefined);
  });
}
