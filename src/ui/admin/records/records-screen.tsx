import type { CollectionModel, ListResult, RecordModel } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { EmptyState, Loading, Notice } from "../../kit/notice.tsx";
import { type Column, Table } from "../../kit/table.tsx";
import { client } from "../api/client.ts";
import { errorText } from "../api/form-errors.ts";
import { collections, findCollection } from "../data/collections.ts";
import { t } from "../i18n/language.ts";
import { place } from "../shell/navigation.ts";
import { Page } from "../shell/page.tsx";

/** The records of the collection in the address, or of the first one. */
export function RecordsScreen() {
  const key = place.value.query["collection"];
  const collection = key ? findCollection(key) : collections.value.find(({ system }) => !system);
  if (collection) return <Records key={collection.id} collection={collection} />;
  return <EmptyState icon="base" title={key ? t("collections.missing") : t("records.none")} />;
}

function Records({ collection }: { readonly collection: CollectionModel }) {
  const [list, setList] = useState<ListResult<RecordModel> | string>();
  useEffect(() => {
    client
      .collection(collection.id)
      .getList(1, 200)
      .then(setList, (error: unknown) => setList(errorText(error)));
  }, [collection.id]);
  if (list === undefined) return <Loading label={t("shell.loading")} />;
  return (
    <Page title={collection.name}>
      {typeof list === "string" ? (
        <Notice tone="danger">{list}</Notice>
      ) : (
        <RecordTable collection={collection} records={list.items} />
      )}
    </Page>
  );
}

function RecordTable({
  collection,
  records,
}: {
  readonly collection: CollectionModel;
  readonly records: readonly RecordModel[];
}) {
  if (records.length === 0) return <EmptyState icon="base" title={t("records.empty")} />;
  const columns: Column[] = collection.fields
    .filter(({ hidden }) => !hidden)
    .map(({ id, name }) => ({ id, head: name, width: "minmax(8rem, 1fr)" }));
  return (
    <Table
      label={collection.name}
      columns={columns}
      rowCount={records.length}
      rowAt={(index) => records[index]}
      cell={(record, column) => {
        const value: unknown = record[String(column.head)];
        return (
          <span class="g-table-clip">
            {typeof value === "object" ? JSON.stringify(value) : String(value ?? "")}
          </span>
        );
      }}
    />
  );
}
