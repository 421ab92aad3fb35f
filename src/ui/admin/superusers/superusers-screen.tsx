import type { RecordModel } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { confirm } from "../../kit/confirm.tsx";
import { CopyButton } from "../../kit/copy-button.tsx";
import { Menu, type MenuEntry } from "../../kit/menu.tsx";
import { EmptyState, Loading, Notice, Tag } from "../../kit/notice.tsx";
import { type Column, Table } from "../../kit/table.tsx";
import { TextField } from "../../kit/text-field.tsx";
import { toast } from "../../kit/toast.tsx";
import { client } from "../api/client.ts";
import { errorText } from "../api/form-errors.ts";
import { superuser } from "../api/session.ts";
import { formatTime } from "../i18n/format-time.ts";
import { language, t } from "../i18n/language.ts";
import { useCommands } from "../shell/commands.ts";
import { Page } from "../shell/page.tsx";
import { ApiKeysDialog } from "./api-keys-dialog.tsx";
import { askSuperusers } from "./own-account.ts";
import { SignInDialog } from "./sign-in-dialog.tsx";
import { SuperuserDialog } from "./superuser-dialog.tsx";
import { TokenDialog } from "./token-dialog.tsx";

type Opened =
  | { readonly kind: "edit"; readonly record: RecordModel | undefined }
  | { readonly kind: "signIn" }
  | { readonly kind: "keys" }
  | { readonly kind: "token"; readonly record: RecordModel };

/** Who may do everything: list, add, edit, tokens. */
export function SuperusersScreen() {
  const [list, setList] = useState<readonly RecordModel[] | string>();
  const [text, setText] = useState("");
  const [opened, setOpened] = useState<Opened>();
  const reload = () => void fetchAll().then(setList);
  const add = () => setOpened({ kind: "edit", record: undefined });
  useEffect(reload, []);
  useScreenCommands(setOpened);
  const close = () => setOpened(undefined);
  return (
    <Page
      title={t("superusers.title")}
      actions={
        <Button look="primary" icon="add" onClick={add}>
          {t("superusers.new")}
        </Button>
      }
    >
      <div class="page-bar">
        <TextField
          label={t("superusers.search")}
          hideLabel
          icon="search"
          placeholder={t("superusers.search")}
          value={text}
          onInput={setText}
        />
      </div>
      {list === undefined && <Loading label={t("shell.loading")} />}
      {typeof list === "string" && <Notice tone="danger">{list}</Notice>}
      {Array.isArray(list) && (
        <SuperuserTable
          records={matching(list, text)}
          onOpen={(record) => setOpened({ kind: "edit", record })}
          actionsOf={(record) => actionsOf(record, { onOpened: setOpened, onChanged: reload })}
        />
      )}
      {opened && <Dialogs opened={opened} onClose={close} onSaved={reload} />}
    </Page>
  );
}

function useScreenCommands(onOpened: (opened: Opened) => void): void {
  useCommands(() => [
    {
      id: "superuser-new",
      label: t("superusers.new"),
      icon: "add",
      run: () => onOpened({ kind: "edit", record: undefined }),
    },
    {
      id: "superuser-sign-in",
      label: t("superusers.signIn"),
      icon: "shield",
      run: () => onOpened({ kind: "signIn" }),
    },
  ]);
}

function Dialogs({
  opened,
  onClose,
  onSaved,
}: {
  readonly opened: Opened;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  if (opened.kind === "edit")
    return <SuperuserDialog record={opened.record} onClose={onClose} onSaved={onSaved} />;
  if (opened.kind === "token") return <TokenDialog record={opened.record} onClose={onClose} />;
  return opened.kind === "signIn" ? (
    <SignInDialog onClose={onClose} />
  ) : (
    <ApiKeysDialog onClose={onClose} />
  );
}

async function fetchAll(): Promise<readonly RecordModel[] | string> {
  try {
    return await client.collection("_superusers").getFullList({ sort: "email" });
  } catch (error) {
    return errorText(error);
  }
}

function matching(list: readonly RecordModel[], text: string): readonly RecordModel[] {
  const wanted = text.trim().toLowerCase();
  return list.filter((record) => `${record.id} ${record["email"]}`.toLowerCase().includes(wanted));
}

interface SuperuserTableProps {
  readonly records: readonly RecordModel[];
  readonly onOpen: (record: RecordModel) => void;
  readonly actionsOf: (record: RecordModel) => readonly MenuEntry[];
}

function SuperuserTable(props: SuperuserTableProps) {
  const { records, onOpen } = props;
  if (records.length === 0) return <EmptyState icon="search" title={t("kit.noMatches")} />;
  const columns: Column[] = [
    { id: "email", head: t("auth.email"), width: "minmax(14rem, 2fr)" },
    { id: "id", head: t("superusers.id"), width: "12rem" },
    { id: "created", head: t("superusers.created"), width: "13rem" },
    { id: "updated", head: t("superusers.updated"), width: "13rem" },
    { id: "actions", head: "", width: "3.5rem" },
  ];
  return (
    <Table
      label={t("superusers.title")}
      columns={columns}
      rowCount={records.length}
      rowAt={(index) => records[index]}
      cell={(record, { id }) => cellOf(record, id, props)}
      onOpen={onOpen}
    />
  );
}

function cellOf(record: RecordModel, column: string, { actionsOf }: SuperuserTableProps) {
  if (column === "email") return <Email record={record} />;
  if (column === "actions") return <ActionsMenu record={record} entries={actionsOf(record)} />;
  if (column !== "id") return formatTime(String(record[column] ?? ""), language());
  return (
    <>
      <code>{record.id}</code>
      <CopyButton text={record.id} />
    </>
  );
}

function ActionsMenu({
  record,
  entries,
}: {
  readonly record: RecordModel;
  readonly entries: readonly MenuEntry[];
}) {
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Menu
        icon="more"
        look="quiet"
        size="small"
        align="end"
        label={t("superusers.actionsOf", { email: String(record["email"]) })}
        entries={entries}
      />
    </span>
  );
}

function Email({ record }: { readonly record: RecordModel }) {
  return (
    <>
      <span class="g-table-clip">{record["email"]}</span>
      {record.id === superuser.value?.id && <Tag tone="accent">{t("superusers.you")}</Tag>}
    </>
  );
}

interface Actions {
  readonly onOpened: (opened: Opened) => void;
  readonly onChanged: () => void;
}

function actionsOf(record: RecordModel, { onOpened, onChanged }: Actions): MenuEntry[] {
  const email = String(record["email"]);
  return [
    {
      label: t("shell.edit"),
      icon: "edit",
      onSelect: () => onOpened({ kind: "edit", record }),
    },
    {
      label: t("superusers.token"),
      icon: "key",
      onSelect: () => onOpened({ kind: "token", record }),
    },
    ...(record.id === superuser.peek()?.id ? ownActions(onOpened) : foreignActions(record)),
    {
      label: t("superusers.passwordReset"),
      icon: "email",
      onSelect: () => void tell(sendReset(email), t("superusers.passwordReset.sent", { email })),
    },
    {
      label: t("superusers.resetTokens"),
      icon: "logout",
      onSelect: () => void resetTokens(record),
    },
    "line",
    {
      label: t("shell.delete"),
      icon: "trash",
      look: "danger",
      onSelect: () => void remove(record, onChanged),
    },
  ];
}

function ownActions(onOpened: Actions["onOpened"]): MenuEntry[] {
  return [
    { label: t("superusers.keys"), icon: "code", onSelect: () => onOpened({ kind: "keys" }) },
    { label: t("superusers.signIn"), icon: "shield", onSelect: () => onOpened({ kind: "signIn" }) },
  ];
}

function foreignActions(record: RecordModel): MenuEntry[] {
  return [
    {
      label: t("superusers.resetFactors"),
      icon: "shield",
      onSelect: () => void resetFactors(record),
    },
  ];
}

async function resetFactors({ id, email }: RecordModel): Promise<void> {
  const isSure = await confirm({
    title: t("superusers.resetFactors.title", { email: String(email) }),
    text: t("superusers.resetFactors.text"),
    action: t("superusers.resetFactors"),
    look: "danger",
  });
  if (!isSure) return;
  await tell(askSuperusers("DELETE", `second-factors/${id}`), t("superusers.resetFactors.done"));
}

async function sendReset(email: string): Promise<void> {
  await client.collection("_superusers").requestPasswordReset(email);
}

async function resetTokens(record: RecordModel): Promise<void> {
  const email = String(record["email"]);
  const isSure = await confirm({
    title: t("superusers.resetTokens.title", { email }),
    text: t("superusers.resetTokens.text"),
    action: t("superusers.resetTokens"),
    look: "danger",
  });
  if (!isSure) return;
  const update = client
    .collection("_superusers")
    .update(record.id, { "tokenKey:autogenerate": "" });
  await tell(update, t("superusers.resetTokens.done"));
}

async function remove(record: RecordModel, onChanged: () => void): Promise<void> {
  const email = String(record["email"]);
  const isSure = await confirm({
    title: t("superusers.delete.title", { email }),
    text: t("superusers.delete.text"),
    action: t("shell.delete"),
    look: "danger",
  });
  if (!isSure) return;
  await tell(
    client.collection("_superusers").delete(record.id),
    t("superusers.deleted", { email }),
  );
  onChanged();
}

/** Says how something went. */
async function tell(work: Promise<unknown>, success: string): Promise<void> {
  try {
    await work;
    toast(success, { tone: "success" });
  } catch (error) {
    toast(errorText(error), { tone: "danger" });
  }
}
