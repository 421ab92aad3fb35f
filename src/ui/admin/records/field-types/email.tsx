import { TextField } from "../../../kit/text-field.tsx";
import {
  type CellProps,
  helpOf,
  type InputProps,
  isRequired,
  type RecordFieldType,
  textOf,
} from "./record-field-type.ts";

function EmailCell({ value }: CellProps) {
  return <span class="g-table-clip">{textOf(value)}</span>;
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
