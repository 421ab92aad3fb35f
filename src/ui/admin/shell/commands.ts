import { localText } from "../../kit/admin-page.ts";
import type { IconName } from "../../kit/icon-paths.ts";
import { setColorScheme } from "../../kit/color-scheme.ts";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { iconOf } from "../collections/collection-icon.ts";
import { addCollection, editCollection } from "../collections/editing.ts";
import { openOverview } from "../collections/overview/overview.ts";
import { collections } from "../data/collections.ts";
import { appMeta } from "../data/settings.ts";
import { extensionPages } from "../extensions/extension-pages.ts";
import { type Language, language, LANGUAGES, setLanguage, t } from "../i18n/language.ts";
import { leave } from "./account-menu.tsx";
import { navigate } from "./navigation.ts";

/** Something that the palette can do. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  /** What kind of thing it is, at the right. */
  readonly note?: string | undefined;
  readonly run: () => void;
}

const ofScreens = signal<readonly (() => readonly Command[])[]>([]);

/** Adds commands to the palette as long as the caller is rendered; asked anew at each opening. */
export function useCommands(list: () => readonly Command[]): void {
  useEffect(() => {
    ofScreens.value = [...ofScreens.peek(), list];
    return () => {
      ofScreens.value = ofScreens.peek().filter((each) => each !== list);
    };
  }, []);
}

/** Everything that can be done now, what the present screen offers first. */
export function allCommands(): Command[] {
  return [
    ...ofScreens.value.flatMap((list) => list()),
    ...placeCommands(),
    ...collectionCommands(),
    ...settingCommands(),
  ];
}

function collectionCommands(): Command[] {
  if (appMeta.value.hideControls) return [];
  const settings = collections.value.map(({ id, name }) => ({
    id: `settings-${id}`,
    label: t("collections.edit", { name }),
    icon: "gear" as const,
    note: t("shell.collections"),
    run: () => void editCollection(id),
  }));
  const add = {
    id: "collection-new",
    label: t("collections.new"),
    icon: "add" as const,
    run: () => void addCollection(),
  };
  return [add, ...settings];
}

function placeCommands(): Command[] {
  const toCollections = collections.value.map(({ id, name, type }) => ({
    id: `collection-${id}`,
    label: t("shell.commands.goTo", { name }),
    icon: iconOf(type),
    note: t("shell.collections"),
    run: () => void navigate("/collections", { collection: name }),
  }));
  const toPages = extensionPages.value.map(({ address, icon, title }) => ({
    id: `page-${address}`,
    label: t("shell.commands.goTo", { name: localText(title, language()) }),
    icon,
    note: t("shell.extensions"),
    run: () => void navigate(address),
  }));
  return [
    ...toCollections,
    ...toPages,
    { id: "overview", label: t("overview.title"), icon: "graph", run: openOverview },
    {
      id: "superusers",
      label: t("shell.commands.goTo", { name: t("shell.superusers") }),
      icon: "shield",
      run: () => void navigate("/superusers"),
    },
  ];
}

function settingCommands(): Command[] {
  const theme = t("shell.theme");
  const languages = Object.entries(LANGUAGES).map(([code, name]) => ({
    id: `language-${code}`,
    label: name,
    icon: "language" as const,
    note: t("shell.language"),
    run: () => void setLanguage(code as Language),
  }));
  return [
    {
      id: "theme-auto",
      label: t("shell.theme.auto"),
      icon: "desktop",
      note: theme,
      run: () => setColorScheme("auto"),
    },
    {
      id: "theme-light",
      label: t("shell.theme.light"),
      icon: "sun",
      note: theme,
      run: () => setColorScheme("light"),
    },
    {
      id: "theme-dark",
      label: t("shell.theme.dark"),
      icon: "moon",
      note: theme,
      run: () => setColorScheme("dark"),
    },
    ...languages,
    { id: "sign-out", label: t("shell.signOut"), icon: "logout", run: () => void leave() },
  ];
}
