import type { CollectionModel } from "pocketbase";
import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { Menu } from "../../kit/menu.tsx";
import { Notice, Tag } from "../../kit/notice.tsx";
import { Tabs } from "../../kit/tabs.tsx";
import { toast } from "../../kit/toast.tsx";
import { errorText, type FormErrors, formErrors, withoutErrors } from "../api/form-errors.ts";
import { t } from "../i18n/language.ts";
import { mayLeave, useUnsaved } from "../shell/unsaved.ts";
import { collectionActions } from "./collection-actions.ts";
import { CollectionHead } from "./collection-head.tsx";
import { type CollectionDraft, isDraftChanged, repeatedNames, startDraft } from "./draft.ts";
import { closeEditor, type Editing, keepEditing } from "./editing.ts";
import type { EditorProps } from "./editor-props.ts";
import { type EditorTab, tabsOf, tabsWithErrors } from "./editor-tabs.ts";
import { FieldsTab } from "./fields-tab.tsx";
import { AuthOptionsTab } from "./options/auth-options-tab.tsx";
import { QueryTab } from "./query-tab.tsx";
import { RulesTab } from "./rules-tab.tsx";
import { saveCollection } from "./save-collection.ts";

/** The editor of one collection, in a panel. */
export function CollectionEditor({ original, start }: Editing) {
  const [draft, setDraft] = useState<CollectionDraft>(() => startDraft(start));
  const [before, setBefore] = useState(start);
  const [tab, setTab] = useState<EditorTab>(tabsOf(start)[0] ?? "fields");
  const [errors, setErrors] = useState<FormErrors>({});
  const [isBusy, setBusy] = useState(false);
  const isChanged = isDraftChanged(draft, before);
  useUnsaved(() => isChanged);
  const begin = (collection: CollectionModel) => {
    setDraft(startDraft(collection));
    setBefore(collection);
    setErrors({});
  };
  const startAgain = (collection: CollectionModel) => {
    begin(collection);
    setTab(tabsOf(collection)[0] ?? "fields");
  };
  const close = async () => {
    if (await mayLeave()) closeEditor();
  };
  const show = (found: FormErrors) => {
    setErrors(found);
    const [first] = tabsWithErrors(tabsOf(draft.collection), found);
    if (first && tabsWithErrors([tab], found).length === 0) setTab(first);
  };
  const save = async (andContinue: boolean) => {
    if (isBusy) return;
    const taken = repeatedNames(draft).map((at) => [`fields.${at}.name`, t("errors.nameTaken")]);
    if (taken.length > 0) return show(Object.fromEntries(taken));
    setBusy(true);
    try {
      const saved = await saveCollection(original, draft);
      if (!saved) return;
      const { name } = saved;
      const text = original ? t("collections.saved", { name }) : t("collections.created", { name });
      toast(text, { tone: "success" });
      if (!andContinue) return closeEditor();
      keepEditing(saved);
      begin(saved);
    } catch (error) {
      show(formErrors(error) ?? {});
      toast(errorText(error), { tone: "danger" });
    } finally {
      setBusy(false);
    }
  };
  const parts: EditorProps = {
    draft,
    original,
    errors,
    onChange: (next, path) => {
      setDraft(next);
      setErrors(withoutErrors(errors, path));
    },
  };
  return (
    <Dialog
      shape="panel"
      width="54rem"
      title={original ? t("collections.edit", { name: original.name }) : t("collections.new")}
      head={original && <EditorMenu collection={original} />}
      onClose={() => void close()}
      onSave={() => void save(true)}
      onSubmit={() => void save(false)}
      foot={
        <>
          {isChanged && original && (
            <>
              <Button look="quiet" icon="undo" onClick={() => begin(original)}>
                {t("collections.reset")}
              </Button>
              <span class="g-spacer" />
            </>
          )}
          <Button onClick={() => void close()}>{t("kit.cancel")}</Button>
          <Button busy={isBusy} disabled={original && !isChanged} onClick={() => void save(true)}>
            {t("collections.saveAndContinue")}
          </Button>
          <Button type="submit" look="primary" busy={isBusy} disabled={original && !isChanged}>
            {original ? t("collections.save") : t("collections.create")}
          </Button>
        </>
      }
    >
      <div class="collection-editor g-stack">
        <CollectionHead {...parts} onType={startAgain} />
        {errors[""] && <Notice tone="danger">{errors[""]}</Notice>}
        <EditorTabs tab={tab} onTab={setTab} {...parts} />
      </div>
    </Dialog>
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
