import { EmptyState } from "../../kit/notice.tsx";
import { localText } from "../../kit/admin-page.ts";
import { client } from "../api/client.ts";
import { language, t } from "../i18n/language.ts";
import { place } from "../shell/navigation.ts";
import { Page } from "../shell/page.tsx";
import { extensionPages } from "./extension-pages.ts";

/** The page of an extension in the frame of ours. */
export function ExtensionScreen() {
  const page = extensionPages.value.find(({ address }) => address === place.value.path);
  if (!page) return <EmptyState icon="search" title={t("shell.failed")} />;
  const current = language();
  return (
    <Page title={localText(page.title, current)}>
      <page.screen client={client} language={current} t={(text) => localText(text, current)} />
    </Page>
  );
}
