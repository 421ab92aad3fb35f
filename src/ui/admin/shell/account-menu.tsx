import { colorScheme, setColorScheme, type ColorScheme } from "../../kit/color-scheme.ts";
import type { IconName } from "../../kit/icon-paths.ts";
import { Menu, type MenuEntry } from "../../kit/menu.tsx";
import { signOut, superuser } from "../api/session.ts";
import { type Language, language, LANGUAGES, setLanguage, t } from "../i18n/language.ts";
import { mayLeave } from "./unsaved.ts";

/** Whoever is signed in, and how the page looks and speaks. */
export function AccountMenu() {
  return (
    <div class="sidebar-account">
      <span class="sidebar-account-name" title={superuser.value?.["email"]}>
        {superuser.value?.["email"]}
      </span>
      <Menu
        icon={SCHEME_ICONS[colorScheme.value]}
        label={t("shell.theme")}
        size="small"
        look="quiet"
        align="end"
        entries={schemeEntries()}
      />
      <Menu
        icon="language"
        label={t("shell.language")}
        size="small"
        look="quiet"
        align="end"
        entries={languageEntries()}
      />
      <Menu
        icon="user"
        label={t("shell.account")}
        size="small"
        look="quiet"
        align="end"
        entries={[
          { title: String(superuser.value?.["email"] ?? "") },
          { label: t("shell.signOut"), icon: "logout", onSelect: () => void leave() },
        ]}
      />
    </div>
  );
}

const SCHEME_ICONS: Readonly<Record<ColorScheme, IconName>> = {
  auto: "desktop",
  light: "sun",
  dark: "moon",
};

/** The choice of the colour scheme. */
export function schemeEntries(): MenuEntry[] {
  const labels: Readonly<Record<ColorScheme, string>> = {
    auto: t("shell.theme.auto"),
    light: t("shell.theme.light"),
    dark: t("shell.theme.dark"),
  };
  return (["auto", "light", "dark"] as const).map((scheme) => ({
    label: labels[scheme],
    icon: SCHEME_ICONS[scheme],
    checked: colorScheme.value === scheme,
    onSelect: () => setColorScheme(scheme),
  }));
}

/** The choice of the language. */
export function languageEntries(): MenuEntry[] {
  return Object.entries(LANGUAGES).map(([code, name]) => ({
    label: name,
    checked: language() === code,
    onSelect: () => void setLanguage(code as Language),
  }));
}

export async function leave(): Promise<void> {
  if (await mayLeave()) signOut();
}
