import type { CollectionModel } from "pocketbase";
import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { Menu } from "../../kit/menu.tsx";
import { Notice, Tag } from "../../kit/notice.tsx";
import { Tabs } from "../../kit/tabs.tsx";
import { t } from "../i18n/language.ts";
import { collectionActions } from "./collection-actions.ts";
import { CollectionHead } from "./collection-head.tsx";
import type { Editing } from "./editing.ts";
import type { EditorProps } from "./editor-props.ts";
import { type EditorTab, tabsOf, tabsWithErrors } from "./editor-tabs.ts";
import { FieldsTab } from "./fields-tab.tsx";
import { AuthOptionsTab } from "./options/auth-options-tab.tsx";
import { QueryTab } from "./query-tab.tsx";
import { RulesTab } from "./rules-tab.tsx";
import { type CollectionForm, leaveEditor, useCollectionForm } from "./use-collection-form.ts";

/** The editor of one collection, in a panel. */
export function CollectionEditor(props: Editing) {
  const { original } = props;
  const form = useCollectionForm(props);
  const { parts } = form;
  const problem = parts.errors[""];
  return (
    <Dialog
      shape="panel"
      width="54rem"
      title={original ? t("collections.edit", { name: original.name }) : t("collections.new")}
      head={original && <EditorMenu collection={original} />}
      onClose={() => void leaveEditor()}
      onSave={() => void form.save(true)}
      onSubmit={() => void form.save(false)}
      foot={<EditorFoot form={form} />}
    >
      <div class="collection-editor g-stack">
        <CollectionHead {...parts} onType={form.startAgain} />
        {problem && <Notice tone="danger">{problem}</Notice>}
        <EditorTabs tab={form.tab} onTab={form.setTab} {...parts} />
      </div>
    </Dialog>
  );
}

function EditorFoot({ form }: { readonly form: CollectionForm }) {
  const { isBusy, isChanged } = form;
  const isStored = form.parts.original !== undefined;
  const isIdle = isStored && !isChanged;
  return (
    <>
      {isStored && isChanged && (
        <>
          <Button look="quiet" icon="undo" onClick={form.reset}>
            {t("collections.reset")}
          </Button>
          <span class="g-spacer" />
        </>
      )}
      <Button onClick={() => void leaveEditor()}>{t("kit.cancel")}</Button>
      <Button busy={isBusy} disabled={isIdle} onClick={() => void form.save(true)}>
        {t("collections.saveAndContinue")}
      </Button>
      <Button type="submit" look="primary" busy={isBusy} disabled={isIdle}>
        {isStored ? t("collections.save") : t("collections.create")}
      </Button>
    </>
  );
}

function EditorMenu({ collection }: { readonly collection: CollectionModel }) {
  return (
    <>
      {collection.system && <Tag>{t("fields.system")}</Tag>}
      <Menu
        icon="more"
        look="quiet"
        align="end"
        label={t("shell.more")}
        entries={collectionActions(collection)}
      />
    </>
  );
}

type TabsProps = EditorProps & {
  readonly tab: EditorTab;
  readonly onTab: (tab: EditorTab) => void;
};

function EditorTabs({ tab, onTab, ...parts }: TabsProps) {
  const tabs = tabsOf(parts.draft.collection);
  const wrong = tabsWithErrors(tabs, parts.errors);
  return (
    <Tabs<EditorTab>
      label={t("collections.tabs")}
      tabs={tabs.map((id) => ({
        id,
        label: t(`collections.tab.${id}`),
        mark: wrong.includes(id) ? t("collections.hasErrors") : undefined,
      }))}
      selected={tab}
      onSelect={onTab}
    >
      {tab === "fields" && <FieldsTab {...parts} />}
      {tab === "query" && <QueryTab {...parts} />}
      {tab === "rules" && <RulesTab {...parts} />}
      {tab === "options" && <AuthOptionsTab {...parts} />}
    </Tabs>
  );
}
