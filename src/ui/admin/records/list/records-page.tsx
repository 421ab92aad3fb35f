import type { CollectionModel } from "pocketbase";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../../kit/button.tsx";
import { EmptyState, Loading, Tag } from "../../../kit/notice.tsx";
import { toast } from "../../../kit/toast.tsx";
import { client } from "../../api/client.ts";
import { errorText } from "../../api/form-errors.ts";
import { editCollection } from "../../collections/editing.ts";
import { appMeta } from "../../data/settings.ts";
import { t } from "../../i18n/language.ts";
import { type Command, useCommands } from "../../shell/commands.ts";
import { navigate, place } from "../../shell/navigation.ts";
import { Page } from "../../shell/page.tsx";
import { ApiPreview } from "../api-preview/api-preview.tsx";
import { openRecord, openRecords } from "../editor/open-record.ts";
import { fieldTypeOf } from "../field-types/index.ts";
import { allIds, MOST_SELECTED } from "./bulk.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { ColumnsMenu } from "./columns-menu.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { rememberCollection } from "./last-collection.ts";
import { columnFields, RecordTable } from "./record-table.tsx";
import { searchFilter } from "./search-filter.ts";
import type { RecordList } from "./record-list.ts";
import { type Selection, useSelection } from "./selection.ts";
import { useRecordList } from "./use-record-list.ts";

const ROW_HEIGHT = 38;

/** The records of a collection: search, table, actions on many. What is searched and sorted is in the address. */
export function RecordsPage({ collection }: CollectionProps) {
  const body = useRef<HTMLDivElement>(null);
  const { filter: text = "", sort = "", record: opened = "" } = place.value.query;
  const filter = searchFilter(text, searchedNames(collection));
  const { list, problem } = useRecordList({
    collection,
    filter,
    sort,
    isLive: true,
    onShift: (rows) => scrollBy(body.current, rows * ROW_HEIGHT),
  });
  const selection = useSelection(list);
  const go = (query: { filter?: string; sort?: string }) =>
    void navigate("/collections", { collection: collection.name, filter: text, sort, ...query });
  useEffect(() => rememberCollection(collection.id), [collection.id]);
  useEffect(() => void openFromAddress(collection, opened), [opened]);
  useCommands(() => commandsOf(collection));
  return (
    <Page title={collection.name} actions={<PageActions collection={collection} list={list} />}>
      <div class="page-bar">
        <FilterBar
          collection={collection}
          text={text}
          problem={problem}
          onSearch={(filter) => go({ filter })}
        />
      </div>
      <div ref={body} class="records-body">
        {!list && !problem && <Loading label={t("shell.loading")} />}
        {list && list.total.value !== 0 && (
          <RecordTable
            collection={collection}
            list={list}
            sort={sort}
            onSort={(sort) => go({ sort })}
            selection={selection}
            onSelectAll={() => void selectAll(collection, { filter, sort }, selection)}
          />
        )}
        {list && list.total.value === 0 && (
          <NoRecords collection={collection} text={text} onClear={() => go({ filter: "" })} />
        )}
      </div>
      <SelectedBar collection={collection} list={list} selection={selection} />
    </Page>
  );
}

interface CollectionProps {
  readonly collection: CollectionModel;
}

interface ListProps extends CollectionProps {
  readonly list: RecordList | undefined;
}

/** How many there are, and what can be done with all of them. */
function PageActions({ collection, list }: ListProps) {
  const [isPreviewed, setPreviewed] = useState(false);
  const total = list?.total.value;
  return (
    <>
      {total !== undefined && (
        <span class="record-faint" role="status">
          {t("records.count", { count: total })}
        </span>
      )}
      {!appMeta.value.hideControls && (
        <IconButton
          icon="gear"
          label={t("records.editCollection")}
          onClick={() => void editCollection(collection.id)}
        />
      )}
      <IconButton icon="code" label={t("records.api")} onClick={() => setPreviewed(true)} />
      <IconButton icon="refresh" label={t("shell.refresh")} onClick={() => list?.refresh()} />
      <ColumnsMenu collection={collection} fields={columnFields(collection)} />
      {isView(collection) ? (
        <Tag icon="view">{t("records.readOnly")}</Tag>
      ) : (
        <Button look="primary" icon="add" onClick={() => void openRecord({ collection })}>
          {t("records.new")}
        </Button>
      )}
      {isPreviewed && <ApiPreview collection={collection} onClose={() => setPreviewed(false)} />}
    </>
  );
}

function NoRecords({
  collection,
  text,
  onClear,
}: CollectionProps & { readonly text: string; readonly onClear: () => void }) {
  if (text !== "") {
    return (
      <EmptyState icon="search" title={t("records.noMatches")}>
        <Button onClick={onClear}>{t("records.search.clear")}</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="base" title={t("records.empty")}>
      {!isView(collection) && (
        <Button icon="add" onClick={() => void openRecord({ collection })}>
          {t("records.new")}
        </Button>
      )}
    </EmptyState>
  );
}

function SelectedBar({
  collection,
  list,
  selection,
}: ListProps & { readonly selection: Selection }) {
  if (selection.ids.length === 0) return null;
  return (
    <BulkBar
      collection={collection}
      ids={selection.ids}
      onReset={() => selection.set([])}
      onDeleted={(ids) => {
        selection.set(selection.ids.filter((id) => !ids.includes(id)));
        if (ids.length > 0) list?.refresh();
      }}
    />
  );
}

function isView({ type }: CollectionModel): boolean {
  return type === "view";
}

function commandsOf(collection: CollectionModel): Command[] {
  if (isView(collection)) return [];
  const run = () => void openRecord({ collection });
  return [{ id: "record-new", label: t("records.new"), icon: "add", run }];
}

async function selectAll(
  collection: CollectionModel,
  query: { readonly filter: string; readonly sort: string },
  selection: Selection,
): Promise<void> {
  const ids = await allIds(collection, query);
  selection.set(ids);
  if (ids.length >= MOST_SELECTED) toast(t("records.selectedMost", { count: ids.length }));
}

/** The fields in which words are looked for. */
function searchedNames(collection: CollectionModel): string[] {
  return collection.fields
    .filter((field) => !field.hidden && fieldTypeOf(field).isSearched)
    .map(({ name }) => name);
}

function scrollBy(body: HTMLElement | null, pixels: number): void {
  const table = body?.querySelector(".g-table");
  if (table) table.scrollTop += pixels;
}

/** A link to one record opens it. */
async function openFromAddress(collection: CollectionModel, id: string): Promise<void> {
  if (id === "" || openRecords().some(({ record }) => record?.id === id)) return;
  try {
    const record = await client.collection(collection.id).getOne(id);
    await openRecord({ collection, record });
  } catch (error) {
    toast(errorText(error), { tone: "danger" });
  }
  const { record: _, ...query } = place.peek().query;
  await navigate("/collections", query, { replace: true });
}
