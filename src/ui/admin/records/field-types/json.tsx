import { CodeField } from "../../../kit/code-field.tsx";
import { Button } from "../../../kit/button.tsx";
import { Tag } from "../../../kit/notice.tsx";
import { t } from "../../i18n/language.ts";
import { jsonProblem } from "./json-problem.ts";
import {
  type CellProps,
  helpOf,
  type InputProps,
  isRequired,
  type RecordFieldType,
  textOf,
} from "./record-field-type.ts";

function JsonCell({ value }: CellProps) {
  const text = value === null || value === undefined ? "" : JSON.stringify(value);
  return <code class="g-table-clip">{text.slice(0, 300)}</code>;
}

function JsonInput({ field, value, onChange, error }: InputProps) {
  const text = textOf(value);
  const problem = checkJson(text);
  return (
    <CodeField
      label={field.name}
      language="json"
      help={helpOf(field)}
      value={text}
      onInput={onChange}
      required={isRequired(field)}
      error={problem ?? error}
      maxHeight="24rem"
      minHeight="4.5rem"
      aside={
        text.trim() !== "" &&
        !problem && (
          <>
            <Tag tone="success" icon="check">
              {t("records.json.valid")}
            </Tag>
            <Button
              size="small"
              look="quiet"
              onClick={() => onChange(JSON.stringify(JSON.parse(text), null, 2))}
            >
              {t("records.json.format")}
            </Button>
          </>
        )
      }
    />
  );
}

function checkJson(edited: unknown): string | undefined {
  const problem = jsonProblem(textOf(edited));
  return problem && t("records.json.problem", { line: problem.line, column: problem.column });
}

export const jsonType: RecordFieldType = {
  type: "json",
  icon: "json",
  width: "minmax(9rem, 1fr)",
  isSearched: true,
  Cell: JsonCell,
  Input: JsonInput,
  edit: (value) => (value === null || value === undefined ? "" : JSON.stringify(value, null, 2)),
  send: (edited) => (textOf(edited).trim() === "" ? null : JSON.parse(textOf(edited))),
  check: checkJson,
  sample: () => ({ key: "value" }),
};
