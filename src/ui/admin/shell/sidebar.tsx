import { Icon } from "../../kit/icon.tsx";
import type { IconName } from "../../kit/icon-paths.ts";
import { IconButton } from "../../kit/button.tsx";
import { localText } from "../../kit/admin-page.ts";
import { CollectionList } from "../collections/collection-list.tsx";
import { appMeta } from "../data/settings.ts";
import { extensionPages } from "../extensions/extension-pages.ts";
import { language, t } from "../i18n/language.ts";
import { AccountMenu } from "./account-menu.tsx";
import { hrefTo, place } from "./navigation.ts";
import { openPalette } from "./palette.tsx";
import { SidebarDivider, sidebarWidth } from "./sidebar-divider.tsx";

/** The left side: where one can go. */
export function Sidebar() {
  return (
    <nav
      class="sidebar"
      aria-label={t("shell.navigation")}
      style={{ "--sidebar-width": `${sidebarWidth.value}px` }}
    >
      <div class="sidebar-head">
        <a class="sidebar-logo" href={hrefTo("/collections")}>
          <img src="./favicon.svg" alt="" width={22} height={22} />
          <span>{appMeta.value.appName}</span>
        </a>
        <IconButton
          size="small"
          icon="search"
          label={t("shell.commands.hint")}
          onClick={openPalette}
        />
      </div>
      <CollectionList />
      <div class="sidebar-links">
        {extensionPages.value.map((page) => (
          <SidebarLink
            key={page.address}
            path={page.address}
            icon={page.icon}
            label={localText(page.title, language())}
          />
        ))}
        <SidebarLink path="/superusers" icon="shield" label={t("shell.superusers")} />
      </div>
      <AccountMenu />
      <p class="sidebar-foot">
        <a href="./docs/" target="_blank">
          {t("shell.docs")}
        </a>
        <span>{t("shell.version", { version: __VERSION__ })}</span>
      </p>
      <SidebarDivider />
    </nav>
  );
}

function SidebarLink({
  path,
  icon,
  label,
}: {
  readonly path: string;
  readonly icon: IconName;
  readonly label: string;
}) {
  return (
    <a
      class="sidebar-link"
      href={hrefTo(path)}
      aria-current={place.value.path === path ? "page" : undefined}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </a>
  );
}
