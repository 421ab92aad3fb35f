import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { CheckField } from "../../kit/check-field.tsx";
import { CodeField } from "../../kit/code-field.tsx";
import { ComboboxField } from "../../kit/combobox-field.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { t } from "../i18n/language.ts";
import { useGuardedClose } from "../shell/unsaved.ts";
import { buildIndex, type IndexParts, parseIndex } from "./index-text.ts";

/** One index: by its columns, or as the statement that it is. */
export function IndexDialog({
  text: before,
  isNew,
  columns,
  onClose,
  onSet,
  onRemove,
}: {
  readonly text: string;
  readonly isNew: boolean;
  /** Of the collection. */
  readonly columns: readonly string[];
  readonly onClose: () => void;
  readonly onSet: (text: string) => void;
  readonly onRemove: () => void;
}) {
  const [text, setText] = useState(before);
  const close = useGuardedClose(text !== before, onClose);
  const parts = parseIndex(text);
  const isValid = parts !== undefined;
  const hasColumns = (parts?.columns.length ?? 0) > 0;
  const change = (patch: Partial<IndexParts>) => {
    if (parts) setText(buildIndex({ ...parts, ...patch }));
  };
  return (
    <Dialog
      title={isNew ? t("indexes.new") : t("indexes.edit", { name: parts?.name ?? "" })}
      width="36rem"
      onClose={close}
      onSubmit={() => hasColumns && onSet(text)}
      foot={
        <>
          {!isNew && (
            <>
              <Button look="quiet" icon="trash" onClick={onRemove}>
                {t("indexes.remove")}
              </Button>
              <span class="g-spacer" />
            </>
          )}
          <Button onClick={close}>{t("kit.cancel")}</Button>
          <Button type="submit" look="primary" disabled={!hasColumns}>
            {t("indexes.set")}
          </Button>
        </>
      }
    >
      <div class="g-stack">
        <ComboboxField
          label={t("indexes.columns")}
          multiple
          options={columns.map((name) => ({ value: name, label: name }))}
          values={parts?.columns.map(({ name }) => name) ?? []}
          disabled={!isValid}
          onChange={(names) => change({ columns: withRests(names, parts) })}
        />
        <CheckField
          look="switch"
          label={t("indexes.unique")}
          help={t("indexes.unique.help")}
          checked={parts?.isUnique ?? false}
          disabled={!isValid}
          onChange={(isUnique) => change({ isUnique })}
        />
        <CodeField
          label={t("indexes.statement")}
          language="sql"
          minHeight="5rem"
          value={text}
          onInput={setText}
          error={isValid ? undefined : t("indexes.statement.bad")}
        />
      </div>
    </Dialog>
  );
}

/** Columns that were there keep their collation and direction. */
function withRests(names: readonly string[], parts: IndexParts | undefined) {
  return names.map((name) => ({
    name,
    rest: parts?.columns.find((column) => column.name === name)?.rest ?? "",
  }));
}
