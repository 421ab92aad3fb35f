import type { RecordFieldType } from "./record-field-type.ts";

function PasswordCell() {
  return <span class="record-faint">••••••••</span>;
}

/** Never shown by the server; set in a part of the editor of its own. */
export const passwordType: RecordFieldType = {
  type: "password",
  icon: "lock",
  width: "8rem",
  isSearched: false,
  Cell: PasswordCell,
  Input: undefined,
  edit: () => "",
  sample: () => "12345678",
};
