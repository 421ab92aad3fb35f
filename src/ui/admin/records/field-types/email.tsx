import { Tag } from "../../../kit/notice.tsx";
import { TextField } from "../../../kit/text-field.tsx";
import { superuser } from "../../api/session.ts";
import { t } from "../../i18n/language.ts";
import {
  type CellProps,
  helpOf,
  type InputProps,
  isRequired,
  type RecordFieldType,
  textOf,
} from "./record-field-type.ts";

function EmailCell({ value, record }: CellProps) {
  return (
    <>
      <span class="g-table-clip">{textOf(value)}</span>
      {record.id === superuser.value?.id && <Tag tone="accent">{t("superusers.you")}</Tag>}
    </>
  );
}

function EmailInput({ field, value, onChange, error }: InputProps) {
  return (
    <TextField
      label={field.name}
      type="email"
      help={helpOf(field)}
      value={textOf(value)}
      onInput={onChange}
      required={isRequired(field)}
      error={error}
    />
  );
}

export const emailType: RecordFieldType = {
  type: "email",
  icon: "email",
  width: "minmax(12rem, 1fr)",
  isSearched: true,
  Cell: EmailCell,
  Input: EmailInput,
  edit: textOf,
  sample: () => "test@example.com",
};
