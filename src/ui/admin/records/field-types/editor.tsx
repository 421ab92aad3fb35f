import { signal } from "@preact/signals";
import { Field } from "../../../kit/field.tsx";
import { Loading } from "../../../kit/notice.tsx";
import { t } from "../../i18n/language.ts";
import type { RichEditor as RichEditorType } from "../rich-text/rich-editor.tsx";
import {
  type CellProps,
  helpOf,
  type InputProps,
  isRequired,
  type RecordFieldType,
  textOf,
} from "./record-field-type.ts";

function EditorCell({ value }: CellProps) {
  return <span class="g-table-clip">{plain(textOf(value))}</span>;
}

/** The words of a piece of HTML; lists give an extract without any. */
function plain(html: string): string {
  return html
    .slice(0, 2000)
    .replaceAll(/<[^>]*>/g, " ")
    .trim();
}

const loaded = signal<typeof RichEditorType | undefined>(undefined);
let isAsked = false;

function EditorInput({ field, value, onChange, error, collection, record }: InputProps) {
  if (!isAsked) {
    isAsked = true;
    void import("../rich-text/rich-editor.tsx").then(
      ({ RichEditor }) => (loaded.value = RichEditor),
    );
  }
  const RichEditor = loaded.value;
  return (
    <Field label={field.name} required={isRequired(field)} error={error} help={helpOf(field)}>
      {(control) =>
        RichEditor ? (
          <RichEditor
            control={control}
            label={field.name}
            value={textOf(value)}
            onChange={onChange}
            collection={collection}
            record={record}
          />
        ) : (
          <Loading label={t("shell.loading")} />
        )
      }
    </Field>
  );
}

export const editorType: RecordFieldType = {
  type: "editor",
  icon: "editor",
  width: "minmax(12rem, 1.4fr)",
  isSearched: true,
  Cell: EditorCell,
  Input: EditorInput,
  edit: textOf,
  sample: () => "<p>text</p>",
};
