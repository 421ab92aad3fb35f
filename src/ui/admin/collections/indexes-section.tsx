import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Icon } from "../../kit/icon.tsx";
import { errorsBelow, type FormErrors } from "../api/form-errors.ts";
import { t } from "../i18n/language.ts";
import { keptFields, patchCollection, randomLetters } from "./draft.ts";
import type { EditorProps } from "./editor-props.ts";
import { IndexDialog } from "./index-dialog.tsx";
import { buildIndex, parseIndex } from "./index-text.ts";

/** The indexes as chips; each opens its dialog. */
export function IndexesSection({ draft, errors, onChange }: EditorProps) {
  const { indexes, name } = draft.collection;
  const [edited, setEdited] = useState<{ readonly at: number; readonly text: string }>();
  const found = errorsBelow(errors, "indexes");
  const set = (list: string[]) => {
    onChange(patchCollection(draft, { indexes: list }), "indexes");
    setEdited(undefined);
  };
  const add = () => {
    const parts = { isUnique: false, name: `idx_${randomLetters(10)}`, columns: [], where: "" };
    setEdited({ at: indexes.length, text: buildIndex({ ...parts, table: name }) });
  };
  return (
    <section class="indexes" aria-label={t("indexes.title")}>
      <h3>{t("indexes.title")}</h3>
      {indexes.length === 0 && <p class="g-field-help">{t("indexes.none")}</p>}
      <div class="g-row">
        {indexes.map((text, at) => (
          <IndexChip
            key={text}
            text={text}
            error={found[at]}
            onOpen={() => setEdited({ at, text })}
          />
        ))}
        <Button size="small" icon="add" onClick={add}>
          {t("indexes.new")}
        </Button>
      </div>
      <IndexErrors indexes={indexes} errors={found} />
      {edited && (
        <IndexDialog
          text={edited.text}
          isNew={edited.at === indexes.length}
          columns={keptFields(draft.fields).map(({ field }) => field.name)}
          onClose={() => setEdited(undefined)}
          onSet={(text) => set(indexes.toSpliced(edited.at, 1, text))}
          onRemove={() => set(indexes.toSpliced(edited.at, 1))}
        />
      )}
    </section>
  );
}

function IndexErrors({
  indexes,
  errors,
}: {
  readonly indexes: readonly string[];
  /** By place. */
  readonly errors: FormErrors;
}) {
  return Object.entries(errors).map(([at, error]) => (
    <div key={at} class="g-field-error">
      <Icon name="warning" size={14} />
      <span>{`${parseIndex(indexes[Number(at)] ?? "")?.name ?? at}: ${error}`}</span>
    </div>
  ));
}

function IndexChip({
  text,
  error,
  onOpen,
}: {
  readonly text: string;
  readonly error: string | undefined;
  readonly onOpen: () => void;
}) {
  const parts = parseIndex(text);
  const columns = parts?.columns.map(({ name }) => name).join(", ") ?? text;
  // What is read out holds what is seen, in the same order.
  const name = parts?.isUnique ? `${columns} ${t("indexes.unique")}` : columns;
  return (
    <button
      type="button"
      class="index-chip"
      data-invalid={error ? "" : undefined}
      aria-label={t("indexes.edit", { name })}
      title={text}
      onClick={onOpen}
    >
      <span>{columns}</span>{" "}
      {parts?.isUnique && <span class="index-chip-unique">{t("indexes.unique")}</span>}
    </button>
  );
}
