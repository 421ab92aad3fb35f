import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { Menu } from "../../../kit/menu.tsx";
import { Notice } from "../../../kit/notice.tsx";
import { Tabs } from "../../../kit/tabs.tsx";
import { t } from "../../i18n/language.ts";
import { mayLeave, useUnsaved } from "../../shell/unsaved.ts";
import { TokenDialog } from "../../superusers/token-dialog.tsx";
import { recordText } from "../record-text.ts";
import { ExternalAuths } from "./external-auths.tsx";
import { FieldInputs } from "./field-inputs.tsx";
import type { OpenRecord } from "./open-record.ts";
import { recordActions } from "./record-actions.ts";

import { useRecordForm } from "./use-record-form.ts";

type TabId = "fields" | "externalAuths";

/** Makes or changes a record. */
export function RecordPanel(open: OpenRecord) {
  const { collection, done } = open;
  const form = useRecordForm(open);
  const { record } = form;
  const [tab, setTab] = useState<TabId>("fields");
  const [isImpersonating, setImpersonating] = useState(false);
  useUnsaved(() => form.isChanged);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!record) firstInput(content.current)?.focus();
  }, []);
  const close = async () => {
    if (form.isChanged && !(await mayLeave())) return;
    form.forget();
    done(form.saved);
  };
  const save = async (andClose: boolean) => {
    const saved = await form.save();
    if (saved && andClose) done(saved);
  };
  const actions = record
    ? recordActions({
        collection,
        record,
        onGone: () => done(undefined),
        onReload: form.replace,
        onImpersonate: () => setImpersonating(true),
        mayLeave: async () => !form.isChanged || mayLeave(),
      })
    : [];
  const fields = <FieldInputs collection={collection} form={form} />;
  return (
    <Dialog
      shape="panel"
      title={
        record
          ? t("records.title.edit", { name: recordText(record, collection) })
          : t("records.title.new", { name: collection.name })
      }
      head={
        actions.length > 0 && (
          <Menu icon="more" look="quiet" align="end" label={t("shell.more")} entries={actions} />
        )
      }
      onClose={() => void close()}
      onSave={() => void save(false)}
      foot={
        <>
          {form.isChanged && (
            <span class="record-faint" role="status">
              {t("records.unsaved")}
            </span>
          )}
          <span class="g-spacer" />
          <Button onClick={() => void close()}>{t("kit.cancel")}</Button>
          <Menu
            label={t("records.saveOptions")}
            icon="chevron-down"
            align="end"
            entries={[
              { label: t("records.saveAndGoOn"), hint: "Ctrl+S", onSelect: () => void save(false) },
              {
                label: t("records.reset"),
                icon: "undo",
                disabled: !form.isChanged,
                onSelect: form.reset,
              },
            ]}
          />
          <Button look="primary" busy={form.isBusy} onClick={() => void save(true)}>
            {record ? t("shell.save") : t("records.create")}
          </Button>
        </>
      }
    >
      <div ref={content} class="g-stack">
        {form.problem && <Notice tone="danger">{form.problem}</Notice>}
        {form.kept && (
          <Notice tone="warning">
            <div class="g-row">
              {t("records.draft.found")}
              <Button size="small" onClick={form.restore}>
                {t("records.draft.restore")}
              </Button>
              <Button size="small" look="quiet" onClick={form.forget}>
                {t("records.draft.discard")}
              </Button>
            </div>
          </Notice>
        )}
        {collection.type === "auth" && record ? (
          <Tabs<TabId>
            label={collection.name}
            selected={tab}
            onSelect={setTab}
            tabs={[
              { id: "fields", label: t("records.tab.account") },
              { id: "externalAuths", label: t("records.tab.externalAuths") },
            ]}
          >
            {tab === "fields" ? fields : <ExternalAuths record={record} />}
          </Tabs>
        ) : (
          fields
        )}
      </div>
      {isImpersonating && record && (
        <TokenDialog record={record} onClose={() => setImpersonating(false)} />
      )}
    </Dialog>
  );
}

/** Where one begins to type: the id is made by the server. */
function firstInput(content: HTMLElement | null): HTMLElement | null | undefined {
  return content?.querySelector<HTMLElement>(
    '.record-field:not([data-field="id"]) :is(input, textarea)',
  );
}
