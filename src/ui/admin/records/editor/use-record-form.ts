import type { RecordModel } from "pocketbase";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { toast } from "../../../kit/toast.tsx";
import { client } from "../../api/client.ts";
import type { FormErrors } from "../../api/form-errors.ts";
import { useForm } from "../../api/use-form.ts";
import type { NewPassword } from "../../auth/new-password-fields.tsx";
import { t } from "../../i18n/language.ts";
import { announceChange } from "../changes.ts";
import { forgetDraft, keepDraft, keptDraft } from "./kept-draft.ts";
import type { OpenRecord } from "./open-record.ts";
import {
  changedNames,
  draftBody,
  draftProblems,
  editedFields,
  type RecordDraft,
  startDraft,
} from "./record-draft.ts";
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
  readonly save: () => Promise<RecordModel | undefined>;
  readonly reset: () => void;
  readonly restore: () => void;
  readonly forget: () => void;
  /** Takes over what the server has now. */
  readonly replace: (record: RecordModel) => void;
}

/** The life of the editor of a record. */
export function useRecordForm({ collection, record: opened, values }: OpenRecord): RecordForm {
  const form = useForm();
  const [record, setRecord] = useState(opened);
  const [saved, setSaved] = useState<RecordModel>();
  const start = useMemo(() => startDraft(collection, record), [record]);
  const [draft, setDraft] = useState<RecordDraft>({ ...start, ...values });
  const [password, setPassword] = useState(NO_PASSWORD);
  const key = record?.id ?? "";
  const [kept, setKept] = useState(() => keptDraft(collection.id, key));
  const changed = changedNames(start, draft);
  const isChanged = changed.length > 0 || password.password !== "";
  const latest = useRef(draft);
  latest.current = draft;
  const replace = (next: RecordModel) => {
    const before = startDraft(collection, record);
    const now = startDraft(collection, next);
    // What has been changed here meanwhile stays.
    const mine = changedNames(before, latest.current).map((name) => [name, latest.current[name]]);
    setRecord(next);
    setDraft({ ...now, ...Object.fromEntries(mine) });
  };
  useEffect(() => {
    // Lists cut long texts: the whole record is fetched.
    if (opened) {
      client
        .collection(collection.id)
        .getOne(opened.id)
        .then(replace, () => undefined);
    }
  }, []);
  useEffect(() => {
    if (changed.length > 0) keepDraft(collection.id, key, draft);
  }, [draft]);
  const forget = () => {
    forgetDraft(collection.id, key);
    setKept(undefined);
  };
  const save = async (): Promise<RecordModel | undefined> => {
    const problems = draftProblems(collection, draft);
    if (Object.keys(problems).length > 0) {
      form.setErrors(problems);
      return undefined;
    }
    const names = record ? changed : newNames(draft);
    const body = {
      ...draftBody(collection, draft, names),
      ...(password.password !== "" || password.passwordConfirm !== "" ? password : {}),
    };
    let result: RecordModel | undefined;
    await form.submit(async () => {
      result = await saveRecord(collection, record, body);
    });
    if (!result) return undefined;
    forget();
    setSaved(result);
    setRecord(result);
    setDraft(startDraft(collection, result));
    setPassword(NO_PASSWORD);
    announceChange(record ? "update" : "create", result);
    toast(t("shell.saved"), { tone: "success" });
    return result;
  };
  return {
    record,
    draft,
    password,
    errors: form.errors,
    problem: form.problem,
    isBusy: form.isBusy,
    isChanged,
    kept: changed.length > 0 ? undefined : kept,
    saved,
    set: (name, value) => setDraft((now) => ({ ...now, [name]: value })),
    setPassword,
    save,
    reset: () => {
      setDraft(start);
      setPassword(NO_PASSWORD);
      forget();
    },
    restore: () => {
      const names = new Set(editedFields(collection).map(({ name }) => name));
      const known = Object.entries(kept ?? {}).filter(([name]) => names.has(name));
      setDraft({ ...draft, ...Object.fromEntries(known) });
      setKept(undefined);
    },
    forget,
    replace,
  };
}

/** Of a new record an empty id is left out: the server makes one. */
function newNames(draft: RecordDraft): string[] {
  return Object.keys(draft).filter((name) => name !== "id" || draft[name] !== "");
}
