import type { ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { IconButton } from "../../kit/button.tsx";
import { t } from "../i18n/language.ts";
import { CollectionEditorHost } from "../collections/collection-editor-host.tsx";
import { OverviewHost } from "../collections/overview/overview-host.tsx";
import { appMeta } from "../data/settings.ts";
import { loadExtensionPages } from "../extensions/extension-pages.ts";
import { place } from "./navigation.ts";
import { CommandPalette, openPalette } from "./palette.tsx";
import { Sidebar } from "./sidebar.tsx";

/** On narrow windows the sidebar comes and goes. */
const isNavigationOpen = signal(false);

/** What surrounds the pages for superusers. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  useEffect(() => void loadExtensionPages(), []);
  useEffect(() => {
    isNavigationOpen.value = false;
  }, [place.value]);
  return (
    <div class="shell" data-navigation={isNavigationOpen.value ? "open" : undefined}>
      <a class="shell-skip" href="#content" onClick={focusContent}>
        {t("shell.skip")}
      </a>
      <header class="shell-bar">
        <IconButton
          icon={isNavigationOpen.value ? "close" : "menu"}
          label={isNavigationOpen.value ? t("shell.closeNavigation") : t("shell.openNavigation")}
          expanded={isNavigationOpen.value}
          onClick={() => (isNavigationOpen.value = !isNavigationOpen.value)}
        />
        <span class="shell-bar-name">{appMeta.value.appName}</span>
        <IconButton icon="search" label={t("shell.commands")} onClick={openPalette} />
      </header>
      <Sidebar />
      <main class="shell-main" id="content" tabIndex={-1}>
        {children}
      </main>
      <CollectionEditorHost />
      <OverviewHost />
      <CommandPalette />
    </div>
  );
}

/** The address belongs to the router: the link must not change it. */
function focusContent(event: MouseEvent): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("#content")?.focus();
}
