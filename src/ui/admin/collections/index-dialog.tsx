import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { CheckField } from "../../kit/check-field.tsx";
import { CodeField } from "../../kit/code-field.tsx";
import { ComboboxField } from "../../kit/combobox-field.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { t } from "../i18n/language.ts";
import { useGuardedClose } from "../shell/unsaved.ts";
import { buildIndex, type IndexParts, parseIndex } from "./index-text.ts";

interface IndexDialogProps {
  readonly text: string;
  readonly isNew: boolean;
  /** Of the collection. */
  readonly columns: readonly string[];
  readonly onClose: () => void;
  readonly onSet: (text: string) => void;
  readonly onRemove: () => void;
}

/** One index: by its columns, or as the statement that it is. */
export function IndexDialog(props: IndexDialogProps) {
  const { text: before, isNew, columns, onSet } = props;
  const [text, setText] = useState(before);
  const close = useGuardedClose(text !== before, props.onClose);
  const parts = parseIndex(text);
  const hasColumns = (parts?.columns.length ?? 0) > 0;
  return (
    <Dialog
      title={isNew ? t("indexes.new") : t("indexes.edit", { name: parts?.name ?? "" })}
      width="36rem"
      onClose={close}
      onSubmit={() => hasColumns && onSet(text)}
      foot={<IndexFoot {...props} onClose={close} isReady={hasColumns} />}
    >
      <div class="g-stack">
        <PartFields
          parts={parts}
          columns={columns}
          onChange={(changed) => setText(buildIndex(changed))}
        />
        <CodeField
          label={t("indexes.statement")}
          language="sql"
          minHeight="5rem"
          value={text}
          onInput={setText}
          error={parts ? undefined : t("indexes.statement.bad")}
        />
      </div>
    </Dialog>
  );
}

function IndexFoot({
  isNew,
  isReady,
  onClose,
  onRemove,
}: IndexDialogProps & { readonly isReady: boolean }) {
  return (
    <>
      {!isNew && (
        <>
          <Button look="quiet" icon="trash" onClick={onRemove}>
            {t("indexes.remove")}
          </Button>
          <span class="g-spacer" />
        </>
      )}
      <Button onClick={onClose}>{t("kit.cancel")}</Button>
      <Button type="submit" look="primary" disabled={!isReady}>
        {t("indexes.set")}
      </Button>
    </>
  );
}

/** What most indexes are made of; nothing to set while the statement is none. */
function PartFields({
  parts,
  columns,
  onChange,
}: {
  readonly parts: IndexParts | undefined;
  readonly columns: readonly string[];
  readonly onChange: (parts: IndexParts) => void;
}) {
  const change = (patch: Partial<IndexParts>) => parts && onChange({ ...parts, ...patch });
  return (
    <>
      <ComboboxField
        label={t("indexes.columns")}
        multiple
        options={columns.map((name) => ({ value: name, label: name }))}
        values={parts?.columns.map(({ name }) => name) ?? []}
        disabled={!parts}
        onChange={(names) => change({ columns: withRests(names, parts) })}
      />
      <CheckField
        look="switch"
        label={t("indexes.unique")}
        help={t("indexes.unique.help")}
        checked={parts?.isUnique ?? false}
        disabled={!parts}
        onChange={(isUnique) => change({ isUnique })}
      />
    </>
  );
}

/** Columns that were there keep their collation and direction. */
function withRests(names: readonly string[], parts: IndexParts | undefined) {
  return names.map((name) => ({
    name,
    rest: parts?.columns.find((column) => column.name === name)?.rest ?? "",
  }));
}
