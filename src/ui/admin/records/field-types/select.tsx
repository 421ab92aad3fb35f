import type { CollectionField } from "pocketbase";
import { ComboboxField } from "../../../kit/combobox-field.tsx";
import { Tag } from "../../../kit/notice.tsx";
import { t } from "../../i18n/language.ts";
import {
  type CellProps,
  helpOf,
  type InputProps,
  isMultiple,
  isRequired,
  listOf,
  mostOf,
  type RecordFieldType,
  sendOneOrList,
} from "./record-field-type.ts";

function SelectCell({ value }: CellProps) {
  return (
    <>
      {listOf(value).map((each) => (
        <Tag key={each}>{each}</Tag>
      ))}
    </>
  );
}

function SelectInput({ field, value, onChange, error }: InputProps) {
  const most = mostOf(field);
  const chosen = listOf(value);
  return (
    <ComboboxField
      label={field.name}
      help={helpOf(field) ?? (most > 1 ? t("records.atMost", { count: most }) : undefined)}
      options={choicesOf(field).map((choice) => ({ value: choice, label: choice }))}
      values={chosen}
      multiple={isMultiple(field)}
      sortable={isMultiple(field)}
      onChange={(values) => onChange(values.slice(0, most))}
      required={isRequired(field)}
      error={error}
    />
  );
}

function choicesOf(field: CollectionField): string[] {
  return listOf(field["values"]);
}

export const selectType: RecordFieldType = {
  type: "select",
  icon: "select",
  width: "minmax(9rem, 1fr)",
  isSearched: true,
  Cell: SelectCell,
  Input: SelectInput,
  edit: listOf,
  send: sendOneOrList,
  sample: (field) =>
    isMultiple(field) ? choicesOf(field).slice(0, 2) : (choicesOf(field)[0] ?? "value"),
};
