import { NumberField } from "../../../kit/text-field.tsx";
import { language } from "../../i18n/language.ts";
import {
  type CellProps,
  helpOf,
  type InputProps,
  isRequired,
  type RecordFieldType,
} from "./record-field-type.ts";

function NumberCell({ value }: CellProps) {
  return (
    <span class="record-number">
      {typeof value === "number" ? formatNumber(value, language()) : ""}
    </span>
  );
}

/** All digits, as one would type them. */
function formatNumber(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 20, useGrouping: false }).format(
    value,
  );
}

function NumberInput({ field, value, onChange, error }: InputProps) {
  const { min, max, onlyInt } = field;
  return (
    <NumberField
      label={field.name}
      help={helpOf(field)}
      value={typeof value === "number" ? value : undefined}
      onInput={onChange}
      min={typeof min === "number" ? min : undefined}
      max={typeof max === "number" ? max : undefined}
      step={onlyInt === true ? 1 : "any"}
      required={isRequired(field)}
      error={error}
    />
  );
}

export const numberType: RecordFieldType = {
  type: "number",
  icon: "number",
  width: "minmax(7rem, 0.6fr)",
  isSearched: true,
  Cell: NumberCell,
  Input: NumberInput,
  edit: (value) => (typeof value === "number" ? value : undefined),
  send: (edited) => edited ?? 0,
  sample: () => 123,
};
