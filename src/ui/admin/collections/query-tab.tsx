import type { CollectionField } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { CodeField } from "../../kit/code-field.tsx";
import { Notice, Tag } from "../../kit/notice.tsx";
import { type Column, Table } from "../../kit/table.tsx";
import { client } from "../api/client.ts";
import { errorText, formErrors } from "../api/form-errors.ts";
import { t } from "../i18n/language.ts";
import { patchCollection } from "./draft.ts";
import type { EditorProps } from "./editor-props.ts";
import { kindOf } from "./field-types/index.ts";

/** Typing goes on. */
const WAIT_MS = 200;

interface DryRun {
  readonly fields: readonly CollectionField[];
  readonly sample: readonly Readonly<Record<string, unknown>>[];
}

/** The query of a view, with what it gives while it is typed. */
export function QueryTab({ draft, errors, onChange }: EditorProps) {
  const query = viewQueryOf(draft.collection);
  const { result, problem, isRunning } = useDryRun(query);
  return (
    <div class="g-stack">
      <CodeField
        label={t("views.query")}
        language="sql"
        minHeight="9rem"
        value={query}
        onInput={(viewQuery) => onChange(patchCollection(draft, { viewQuery }), "viewQuery")}
        help={
          <>
            {t("views.help")}
            <br />
            {t("views.help.example")}
          </>
        }
        error={errors["viewQuery"] ?? problem}
      />
      <section class="view-preview" aria-label={t("views.preview")} aria-busy={isRunning}>
        <h3>{t("views.preview")}</h3>
        {isRunning && <p class="g-field-help">{t("views.preview.running")}</p>}
        {result && <Preview {...result} />}
      </section>
    </div>
  );
}

/** @returns empty for collections that are no views */
export function viewQueryOf(collection: object): string {
  return "viewQuery" in collection && typeof collection.viewQuery === "string"
    ? collection.viewQuery
    : "";
}

function Preview({ fields, sample }: DryRun) {
  const columns: Column[] = fields.map(({ id, name }) => ({
    id,
    head: name,
    width: "minmax(8rem, 1fr)",
  }));
  return (
    <>
      <p class="rule-words">
        {fields.map((field) => (
          <Tag key={field.id} icon={kindOf(field).icon}>
            {field.name}
          </Tag>
        ))}
      </p>
      {sample.length === 0 ? (
        <Notice>{t("views.preview.empty")}</Notice>
      ) : (
        <div class="view-preview-table" style={{ "--rows": String(sample.length) }}>
          <Table
            label={t("views.preview")}
            columns={columns}
            rowCount={sample.length}
            rowHeight={32}
            rowAt={(index) => sample[index]}
            cell={(row, column) => (
              <span class="g-table-clip">{plainText(row[String(column.head)])}</span>
            )}
          />
        </div>
      )}
    </>
  );
}

function plainText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
}

interface DryRunState {
  readonly result?: DryRun | undefined;
  /** What the server says about the query. */
  readonly problem?: string | undefined;
  readonly isRunning: boolean;
}

function useDryRun(query: string): DryRunState {
  const [state, setState] = useState<DryRunState>({ isRunning: false });
  useEffect(() => {
    if (query.trim() === "") {
      setState({ isRunning: false });
      return undefined;
    }
    const gone = new AbortController();
    const timer = setTimeout(async () => {
      setState((before) => ({ ...before, isRunning: true }));
      const next = await dryRun(query, gone.signal);
      if (!gone.signal.aborted) setState({ ...next, isRunning: false });
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [query]);
  return state;
}

async function dryRun(query: string, signal: AbortSignal): Promise<Omit<DryRunState, "isRunning">> {
  try {
    const options = { method: "POST", body: { query }, signal };
    return { result: await client.send<DryRun>("/api/collections/meta/dry-run-view", options) };
  } catch (error) {
    return { problem: Object.values(formErrors(error) ?? {})[0] ?? errorText(error) };
  }
}
