import { DateCell } from "./date.tsx";
import { type RecordFieldType, textOf } from "./record-field-type.ts";

export const autodateType: RecordFieldType = {
  type: "autodate",
  icon: "clock",
  width: "12rem",
  isSearched: true,
  Cell: DateCell,
  Input: undefined,
  edit: textOf,
  duplicate: () => "",
  sample: () => "2026-01-31 10:00:00.123Z",
};
