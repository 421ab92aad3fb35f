import type { ComponentChildren } from "preact";
import { Menu } from "../../kit/menu.tsx";
import { t } from "../i18n/language.ts";
import { languageEntries, schemeEntries } from "../shell/account-menu.tsx";

/** The frame of the pages for guests: one card in the middle. */
export function AuthFrame({
  title,
  step,
  children,
}: {
  readonly title: string;
  /** Of a sign-in in two steps. */
  readonly step?: string | undefined;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="auth">
      <main class="auth-card">
        <img src="./favicon.svg" alt="" width={36} height={36} />
        <h1>{title}</h1>
        {step && <p class="auth-step">{step}</p>}
        {children}
      </main>
      <div class="auth-menus">
        <Menu icon="sun" label={t("shell.theme")} look="quiet" entries={schemeEntries()} />
        <Menu
          icon="language"
          label={t("shell.language")}
          look="quiet"
          entries={languageEntries()}
        />
      </div>
    </div>
  );
}
