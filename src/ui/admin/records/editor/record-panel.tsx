import type { CollectionModel, RecordModel } from "pocketbase";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { Menu } from "../../../kit/menu.tsx";
import { Notice } from "../../../kit/notice.tsx";
import { Tabs } from "../../../kit/tabs.tsx";
import { useInTurn } from "../../api/use-in-turn.ts";
import { appMeta } from "../../data/settings.ts";
import { t } from "../../i18n/language.ts";
import { mayLeave, useUnsaved } from "../../shell/unsaved.ts";
import { TokenDialog } from "../../superusers/token-dialog.tsx";
import { recordText } from "../record-text.ts";
import { ExternalAuths } from "./external-auths.tsx";
import { FieldInputs } from "./field-inputs.tsx";
import type { OpenRecord } from "./open-record.ts";
import { recordActions } from "./record-actions.ts";
import { type RecordForm, useRecordForm } from "./use-record-form.ts";

/** Makes or changes a record. */
export function RecordPanel(open: OpenRecord) {
  const { collection, done } = open;
  const form = useRecordForm(open);
  const { record } = form;
  const [isLocked, setLocked] = useState(record !== undefined && appMeta.value.hideControls);
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
  const save = useInTurn(async (andClose: boolean) => {
    if (isLocked) return;
    const saved = await form.save();
    if (saved?.isAll && andClose) done(saved.record);
  }, form.isChanged);
  return (
    <Dialog
      shape="panel"
      title={titleOf(collection, record)}
      head={record && <RecordMenu open={open} record={record} form={form} />}
      onClose={() => void close()}
      onSave={() => void save(false)}
      foot={
        <Foot
          form={form}
          onClose={() => void close()}
          onUnlock={isLocked ? () => setLocked(false) : undefined}
          onSave={(andClose) => void save(andClose)}
        />
      }
    >
      <div ref={content} class="g-stack">
        {form.problem && <Notice tone="danger">{form.problem}</Notice>}
        {form.kept && <KeptDraft form={form} />}
        <Content collection={collection} form={form} />
      </div>
    </Dialog>
  );
}

function titleOf(collection: CollectionModel, record: RecordModel | undefined): string {
  return record
    ? t("records.title.edit", { name: recordText(record, collection) })
    : t("records.title.new", { name: collection.name });
}

function RecordMenu({
  open: { collection, done },
  record,
  form,
}: {
  readonly open: OpenRecord;
  readonly record: RecordModel;
  readonly form: RecordForm;
}) {
  const [isImpersonating, setImpersonating] = useState(false);
  const entries = recordActions({
    collection,
    record,
    onGone: () => done(undefined),
    onReload: form.replace,
    onImpersonate: () => setImpersonating(true),
    mayLeave: async () => !form.isChanged || mayLeave(),
  });
  return (
    <>
      <Menu icon="more" look="quiet" align="end" label={t("shell.more")} entries={entries} />
      {isImpersonating && <TokenDialog record={record} onClose={() => setImpersonating(false)} />}
    </>
  );
}

interface FootProps {
  readonly form: RecordForm;
  readonly onClose: () => void;
  /** There while the record cannot be saved: the settings hide what changes things. */
  readonly onUnlock: (() => void) | undefined;
  readonly onSave: (andClose: boolean) => void;
}

function Foot({ form, onClose, onUnlock, onSave }: FootProps) {
  return (
    <>
      {form.isChanged && (
        <span class="record-faint" role="status">
          {t("records.unsaved")}
        </span>
      )}
      <span class="g-spacer" />
      <Button onClick={onClose}>{t("kit.cancel")}</Button>
      {onUnlock ? (
        <Button icon="lock" disabled={!form.isChanged} onClick={onUnlock}>
          {t("records.unlock")}
        </Button>
      ) : (
        <SaveButtons form={form} onSave={onSave} />
      )}
    </>
  );
}

function SaveButtons({ form, onSave }: Pick<FootProps, "form" | "onSave">) {
  return (
    <>
      <Menu
        label={t("records.saveOptions")}
        icon="chevron-down"
        align="end"
        entries={[
          { label: t("records.saveAndGoOn"), hint: "Ctrl+S", onSelect: () => onSave(false) },
          {
            label: t("records.reset"),
            icon: "undo",
            disabled: !form.isChanged,
            onSelect: form.reset,
          },
        ]}
      />
      <Button look="primary" busy={form.isBusy} onClick={() => onSave(true)}>
        {form.record ? t("shell.save") : t("records.create")}
      </Button>
    </>
  );
}

function KeptDraft({ form }: { readonly form: RecordForm }) {
  return (
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
  );
}

type TabId = "fields" | "externalAuths";

function Content({
  collection,
  form,
}: {
  readonly collection: CollectionModel;
  readonly form: RecordForm;
}) {
  const [tab, setTab] = useState<TabId>("fields");
  const { record } = form;
  const fields = <FieldInputs collection={collection} form={form} />;
  if (collection.type !== "auth" || !record) return fields;
  return (
    <Tabs<TabId>
      label={collection.name}
      selected={tab}
      onSelect={setTab}
      tabs={[
        { id: "fields", label: t("records.tab.account") },
        { id: "externalAuths", label: t("records.tab.externalAuths") },
      ]}
    >
      <div class="g-stack">{tab === "fields" ? fields : <ExternalAuths record={record} />}</div>
    </Tabs>
  );
}

/** Where one begins to type: the id is made by the server. */
function firstInput(content: HTMLElement | null): HTMLElement | null | undefined {
  return content?.querySelector<HTMLElement>(
    '.record-field:not([data-field="id"]) :is(input, textarea)',
  );
}
