import type { CollectionField, CollectionModel, RecordModel } from "pocketbase";
import { CheckField } from "../../../kit/check-field.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { type Column, Table } from "../../../kit/table.tsx";
import { findCollection } from "../../data/collections.ts";
import { t } from "../../i18n/language.ts";
import { openRecord } from "../editor/open-record.ts";
import { fieldTypeOf } from "../field-types/index.ts";
import { textOf } from "../field-types/record-field-type.ts";
import { recordText, tellingFields } from "../record-text.ts";
import type { RecordList } from "./record-list.ts";
import type { Selection } from "./selection.ts";
import { isColumnShown } from "./shown-columns.ts";
import { nextSort, parseSort } from "./sort.ts";

interface RecordTableProps {
  readonly collection: CollectionModel;
  readonly list: RecordList;
  /** As chosen; empty for the usual one. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly selection: Selection;
  readonly onSelectAll: () => void;
}

/** The fields that a table may show. */
export function columnFields(collection: CollectionModel): CollectionField[] {
  return collection.fields.filter((field) => fieldTypeOf(field).width !== "");
}

/** The records as rows. X selects the row with the focus, Shift+X all from the last one on, Ctrl+A all. */
export function RecordTable(props: RecordTableProps) {
  const { collection, list, selection, onSelectAll } = props;
  const fields = columnFields(collection).filter((field) => isColumnShown(collection, field));
  const fresh = list.fresh.value;
  const rows = list.total.value ?? 0;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement)) return;
    const index = event.target.dataset["index"];
    if (index === undefined) return;
    const record = list.at(Number(index));
    if (event.key.toLowerCase() === "x" && !event.ctrlKey && !event.metaKey && record) {
      selection.toggle(record.id, event.shiftKey);
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) onSelectAll();
    else return;
    event.preventDefault();
  };
  const cell = (record: RecordModel, { id }: Column) => {
    if (id === SELECT) return <SelectCell record={record} {...props} />;
    const field = fields.find((each) => each.id === id);
    if (!field) return null;
    const { Cell } = fieldTypeOf(field);
    return <Cell field={field} value={record[field.name]} record={record} />;
  };
  return (
    <div
      class="record-table"
      data-version={list.version.value}
      role="presentation"
      onKeyDown={onKeyDown}
    >
      <Table<RecordModel>
        label={collection.name}
        columns={columnsOf(fields, props, rows)}
        rowCount={rows}
        rowAt={(index) => list.at(index)}
        cell={cell}
        isSelected={({ id }) => selection.has(id)}
        isFresh={({ id }) => fresh.has(id)}
        onOpen={(record) => void openRecord({ collection, record })}
        onVisible={(first, end) => list.show(first, end)}
      />
    </div>
  );
}

const SELECT = "select";

function SelectCell({
  record,
  selection,
  collection,
}: RecordTableProps & { readonly record: RecordModel }) {
  return (
    <span
      class="record-select"
      onClickCapture={(event) => {
        // A range needs the key that a change does not tell.
        if (!event.shiftKey || !(event.target instanceof HTMLInputElement)) return;
        event.preventDefault();
        event.stopPropagation();
        selection.toggle(record.id, true);
      }}
      onClick={(event) => event.stopPropagation()}
    >
      <CheckField
        hideLabel
        label={t("records.select", { name: recordText(record, collection) })}
        checked={selection.has(record.id)}
        onChange={() => selection.toggle(record.id)}
      />
    </span>
  );
}

function columnsOf(
  fields: readonly CollectionField[],
  props: RecordTableProps,
  rows: number,
): Column[] {
  const { sort, onSort, selection, onSelectAll } = props;
  const count = selection.ids.length;
  const keys = parseSort(sort);
  const select: Column = {
    id: SELECT,
    width: "2.9rem",
    head: (
      <CheckField
        hideLabel
        label={t("records.selectAll")}
        checked={count > 0 && count >= rows}
        mixed={count > 0 && count < rows}
        onChange={(isOn) => (isOn ? onSelectAll() : selection.set([]))}
      />
    ),
  };
  const columns = fields.map((field): Column => {
    const names = sortNames(field);
    const isSorted = keys[0] !== undefined && keys[0].name === names[0];
    return {
      id: field.id,
      width: fieldTypeOf(field).width,
      head: (
        <span class="record-head">
          <Icon name={fieldTypeOf(field).icon} size={13} />
          {field.name}
        </span>
      ),
      onSort: names.length > 0 ? () => onSort(nextSort(sort, names)) : undefined,
      ...(isSorted && { sorted: keys[0]?.isDown ? "descending" : "ascending" }),
    };
  });
  return [select, ...columns];
}

/** What a column is sorted by: one of relations by what stands for their records. */
function sortNames(field: CollectionField): string[] {
  if (!fieldTypeOf(field).isSearched && fieldTypeOf(field).Input === undefined) return [];
  const target = textOf(field["collectionId"]);
  if (target === "") return [field.name];
  const telling = tellingFields(findCollection(target)).map(({ name }) => `${field.name}.${name}`);
  return telling.length > 0 ? telling : [field.name];
}
