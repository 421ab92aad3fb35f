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
import { useCommands } from "../../shell/commands.ts";
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
import { useSelection } from "./selection.ts";
import { useRecordList } from "./use-record-list.ts";

const ROW_HEIGHT = 38;

/** The records of a collection: search, table, actions on many. What is searched and sorted is in the address. */
export function RecordsPage({ collection }: { readonly collection: CollectionModel }) {
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
  const [isPreviewed, setPreviewed] = useState(false);
  const total = list?.total.value;
  const isView = collection.type === "view";
  const go = (query: { filter?: string; sort?: string }) =>
    void navigate("/collections", { collection: collection.name, filter: text, sort, ...query });
  const add = () => void openRecord({ collection });
  const selectAll = async () => {
    const ids = await allIds(collection, { filter, sort });
    selection.set(ids);
    if (ids.length >= MOST_SELECTED) toast(t("records.selectedMost", { count: ids.length }));
  };
  useEffect(() => rememberCollection(collection.id), [collection.id]);
  useEffect(() => void openFromAddress(collection, opened), [opened]);
  useCommands(() =>
    isView ? [] : [{ id: "record-new", label: t("records.new"), icon: "add", run: add }],
  );
  return (
    <Page
      title={collection.name}
      actions={
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
          {isView ? (
            <Tag icon="view">{t("records.readOnly")}</Tag>
          ) : (
            <Button look="primary" icon="add" onClick={add}>
              {t("records.new")}
            </Button>
          )}
        </>
      }
    >
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
        {list && total !== 0 && (
          <RecordTable
            collection={collection}
            list={list}
            sort={sort}
            onSort={(sort) => go({ sort })}
            selection={selection}
            onSelectAll={() => void selectAll()}
          />
        )}
        {list && total === 0 && (
          <EmptyState
            icon={text === "" ? "base" : "search"}
            title={text === "" ? t("records.empty") : t("records.noMatches")}
          >
            {text === "" ? (
              !isView && (
                <Button icon="add" onClick={add}>
                  {t("records.new")}
                </Button>
              )
            ) : (
              <Button onClick={() => go({ filter: "" })}>{t("records.search.clear")}</Button>
            )}
          </EmptyState>
        )}
      </div>
      {selection.ids.length > 0 && (
        <BulkBar
          collection={collection}
          ids={selection.ids}
          onReset={() => selection.set([])}
          onDeleted={(ids) => {
            selection.set(selection.ids.filter((id) => !ids.includes(id)));
            if (ids.length > 0) list?.refresh();
          }}
        />
      )}
      {isPreviewed && <ApiPreview collection={collection} onClose={() => setPreviewed(false)} />}
    </Page>
  );
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
