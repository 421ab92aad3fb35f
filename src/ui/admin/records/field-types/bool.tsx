import { CheckField } from "../../../kit/check-field.tsx";
import { Tag } from "../../../kit/notice.tsx";
import { t } from "../../i18n/language.ts";
import {
  type CellProps,
  helpOf,
  type InputProps,
  type RecordFieldType,
} from "./record-field-type.ts";

function BoolCell({ value }: CellProps) {
  return (
    <Tag tone={value === true ? "success" : undefined}>
      {value === true ? t("records.true") : t("records.false")}
    </Tag>
  );
}

function BoolInput({ field, value, onChange, error }: InputProps) {
  return (
    <CheckField
      label={field.name}
      look="switch"
      help={helpOf(field)}
      checked={value === true}
      onChange={onChange}
      error={error}
    />
  );
}

export const boolType: RecordFieldType = {
  type: "bool",
  icon: "bool",
  width: "7rem",
  isSearched: false,
  Cell: BoolCell,
  Input: BoolInput,
  edit: (value) => value === true,
  sample: () => true,
};
