import type { CollectionModel, RecordModel } from "pocketbase";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { toast } from "../../../kit/toast.tsx";
import { client } from "../../api/client.ts";
import type { FormErrors } from "../../api/form-errors.ts";
import { useForm } from "../../api/use-form.ts";
import type { NewPassword } from "../../auth/new-password-fields.tsx";
import { t } from "../../i18n/language.ts";
import { announceChange } from "../changes.ts";
import { changedNames, draftAfterSave, type RecordDraft } from "./draft-changes.ts";
import { forgetDraft, keepDraft, keptDraft } from "./kept-draft.ts";
import type { OpenRecord } from "./open-record.ts";
import { draftBody, draftProblems, editedFields, startDraft } from "./record-draft.ts";
import { saveRecord } from "./save-record.ts";

const NO_PASSWORD: NewPassword = { password: "", passwordConfirm: "" };

/** A record while it is edited. */
export interface RecordForm {
  /** As it is stored; undefined for a new one. */
  readonly record: RecordModel | undefined;
  readonly draft: RecordDraft;
  readonly password: NewPassword;
  readonly errors: FormErrors;
  readonly problem: string | undefined;
  readonly isBusy: boolean;
  readonly isChanged: boolean;
  /** Something unsaved of an earlier visit is there. */
  readonly kept: RecordDraft | undefined;
  /** What was saved last, here. */
  readonly saved: RecordModel | undefined;
  readonly set: (name: string, value: unknown) => void;
  readonly setPassword: (password: NewPassword) => void;
  /** @returns undefined when it did not go well */
  readonly save: () => Promise<SavedRecord | undefined>;
  readonly reset: () => void;
  readonly restore: () => void;
  readonly forget: () => void;
  /** Takes over what the server has now. */
  readonly replace: (record: RecordModel) => void;
}

export interface SavedRecord {
  readonly record: RecordModel;
  /** Whether nothing was typed meanwhile. */
  readonly isAll: boolean;
}

/** The life of the editor of a record. */
export function useRecordForm(open: OpenRecord): RecordForm {
  const { collection } = open;
  const form = useForm();
  const edited = useEdited(open);
  const { record, draft, start, password, setDraft, setPassword } = edited;
  const key = record?.id ?? "";
  const changed = changedNames(start, draft);
  const { kept, forget, settle } = useKeptDraft(collection.id, key, { draft, changed });
  const [saved, setSaved] = useState<RecordModel>();
  const save = async (): Promise<SavedRecord | undefined> => {
    const result = await submit(form, edited, { collection, changed });
    if (!result) return undefined;
    forget();
    setSaved(result);
    const isAll = edited.settle(result);
    announceChange(record ? "update" : "create", result);
    toast(t("shell.saved"), { tone: "success" });
    return { record: result, isAll };
  };
  const { errors, problem, isBusy } = form;
  return {
    record,
    draft,
    password,
    errors,
    problem,
    isBusy,
    isChanged: changed.length > 0 || password.password !== "",
    kept: changed.length > 0 ? undefined : kept,
    saved,
    set: (name, value) => setDraft((now) => ({ ...now, [name]: value })),
    setPassword,
    save,
    reset: () => {
      edited.reset();
      forget();
    },
    restore: () => {
      setDraft({ ...draft, ...knownOf(collection, kept ?? {}) });
      settle();
    },
    forget,
    replace: edited.replace,
  };
}

interface Changes {
  readonly collection: CollectionModel;
  readonly changed: readonly string[];
}

/** @returns undefined when something is wrong; the form then says what */
async function submit(
  form: ReturnType<typeof useForm>,
  edited: Edited,
  { collection, changed }: Changes,
): Promise<RecordModel | undefined> {
  const problems = draftProblems(collection, edited.draft);
  if (Object.keys(problems).length > 0) {
    form.setErrors(problems);
    return undefined;
  }
  let result: RecordModel | undefined;
  await form.submit(async () => {
    result = await saveRecord(collection, edited.record, bodyOf(collection, edited, changed));
  });
  return result;
}

interface Edited {
  readonly record: RecordModel | undefined;
  /** The values as they are stored. */
  readonly start: RecordDraft;
  readonly draft: RecordDraft;
  readonly password: NewPassword;
  readonly setDraft: StateUpdater<RecordDraft>;
  readonly setPassword: (password: NewPassword) => void;
  /** Everything as it was. */
  readonly reset: () => void;
  /** What was typed here has been stored. @returns whether nothing was typed since it was sent; that stays */
  readonly settle: (saved: RecordModel) => boolean;
  /** What has been changed here meanwhile stays. */
  readonly replace: (record: RecordModel) => void;
}

type StateUpdater<T> = (next: T | ((now: T) => T)) => void;

/** The record and what is typed; the whole record is fetched, since lists cut long texts. */
function useEdited({ collection, record: opened, values }: OpenRecord): Edited {
  const [record, setRecord] = useState(opened);
  const start = useMemo(() => startDraft(collection, record), [record]);
  const [draft, setDraft] = useState<RecordDraft>({ ...start, ...values });
  const [password, setPassword] = useState(NO_PASSWORD);
  const latest = useRef({ draft, password });
  latest.current = { draft, password };
  const replace = (next: RecordModel) => {
    const before = startDraft(collection, record);
    const now = latest.current.draft;
    const mine = changedNames(before, now).map((name) => [name, now[name]]);
    setRecord(next);
    setDraft({ ...startDraft(collection, next), ...Object.fromEntries(mine) });
  };
  useEffect(() => {
    if (!opened) return;
    void client
      .collection(collection.id)
      .getOne(opened.id)
      .then(replace, () => undefined);
  }, []);
  const reset = () => {
    setDraft(start);
    setPassword(NO_PASSWORD);
  };
  const settle = (saved: RecordModel) => {
    const now = latest.current;
    setRecord(saved);
    setDraft(draftAfterSave(now.draft, draft, startDraft(collection, saved)));
    if (now.password === password) setPassword(NO_PASSWORD);
    return changedNames(draft, now.draft).length === 0 && now.password === password;
  };
  return { record, start, draft, password, setDraft, setPassword, reset, settle, replace };
}

interface KeptDraft {
  /** Something unsaved of an earlier visit. */
  readonly kept: RecordDraft | undefined;
  /** It is restored, and kept on as what is typed now. */
  readonly settle: () => void;
  readonly forget: () => void;
}

/** Keeps what is typed in the browser, until it is saved. */
function useKeptDraft(
  collectionId: string,
  key: string,
  { draft, changed }: { readonly draft: RecordDraft; readonly changed: readonly string[] },
): KeptDraft {
  const [kept, setKept] = useState(() => keptDraft(collectionId, key));
  useEffect(() => {
    if (changed.length > 0) keepDraft(collectionId, key, draft);
  }, [draft]);
  const settle = () => setKept(undefined);
  const forget = () => {
    forgetDraft(collectionId, key);
    settle();
  };
  return { kept, settle, forget };
}

/** Only what was changed, so that two people who edit different fields lose nothing. */
function bodyOf(
  collection: CollectionModel,
  { record, draft, password }: Edited,
  changed: readonly string[],
): Record<string, unknown> {
  const isPasswordSet = password.password !== "" || password.passwordConfirm !== "";
  return {
    ...draftBody(collection, draft, record ? changed : newNames(draft)),
    ...(isPasswordSet ? password : {}),
  };
}

/** Without values of fields that are gone. */
function knownOf(collection: CollectionModel, kept: RecordDraft): RecordDraft {
  const names = new Set(editedFields(collection).map(({ name }) => name));
  return Object.fromEntries(Object.entries(kept).filter(([name]) => names.has(name)));
}

/** Of a new record an empty id is left out: the server makes one. */
function newNames(draft: RecordDraft): string[] {
  return Object.keys(draft).filter((name) => name !== "id" || draft[name] !== "");
}
