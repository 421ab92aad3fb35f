import type { CollectionModel, RecordModel } from "pocketbase";
import { useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { EmptyState } from "../../../kit/notice.tsx";
import { type Column, Table } from "../../../kit/table.tsx";
import { TextField } from "../../../kit/text-field.tsx";
import { t } from "../../i18n/language.ts";
import { openRecord } from "../editor/open-record.ts";
import type { RecordList } from "../list/record-list.ts";
import { searchFilter } from "../list/search-filter.ts";
import { useRecordList } from "../list/use-record-list.ts";
import { recordText, tellingFields } from "../record-text.ts";
import { rememberRelated } from "./relation-texts.ts";

interface RelationPickerProps {
  readonly collection: CollectionModel;
  readonly title: string;
  readonly chosen: readonly string[];
  readonly most: number;
  readonly onChoose: (ids: readonly string[]) => void;
  readonly onClose: () => void;
}

/** Chooses records of another collection: search, arrows and Enter; a missing one is made here. */
export function RelationPicker(props: RelationPickerProps) {
  const { collection, title, onChoose, onClose } = props;
  const { chosen, toggle, create } = useChosen(props);
  const [text, setText] = useState("");
  const filter = searchFilter(text, searchedNames(collection));
  const { list, problem } = useRecordList({ collection, filter, sort: "" });
  const done = () => {
    onChoose(chosen);
    onClose();
  };
  const searchLabel = t("records.search.in", { name: collection.name });
  return (
    <Dialog
      title={title}
      width="40rem"
      onClose={onClose}
      onSave={done}
      foot={<Foot count={chosen.length} onCancel={onClose} onTake={done} />}
    >
      <div class="g-stack" data-gap="small">
        <div class="relation-search">
          <TextField
            label={searchLabel}
            hideLabel
            icon="search"
            placeholder={searchLabel}
            value={text}
            onInput={setText}
            error={problem}
            autoFocus
          />
          <Button icon="add" onClick={() => void create()}>
            {t("records.new")}
          </Button>
        </div>
        <Choices collection={collection} list={list} chosen={chosen} onToggle={toggle} />
      </div>
    </Dialog>
  );
}

/** Where no more fit, the one chosen first goes. */
function useChosen({ collection, chosen: before, most }: RelationPickerProps) {
  const [chosen, setChosen] = useState(before);
  const add = (record: RecordModel) => {
    rememberRelated([record]);
    setChosen([...chosen, record.id].slice(-most));
  };
  const toggle = (record: RecordModel) => {
    if (chosen.includes(record.id)) setChosen(chosen.filter((each) => each !== record.id));
    else add(record);
  };
  const create = async () => {
    const saved = await openRecord({ collection });
    if (saved) add(saved);
  };
  return { chosen, toggle, create };
}

interface FootProps {
  readonly count: number;
  readonly onCancel: () => void;
  readonly onTake: () => void;
}

function Foot({ count, onCancel, onTake }: FootProps) {
  return (
    <>
      <span class="record-faint" role="status">
        {t("records.relation.chosen", { count })}
      </span>
      <span class="g-spacer" />
      <Button onClick={onCancel}>{t("kit.cancel")}</Button>
      <Button look="primary" onClick={onTake}>
        {t("records.relation.take")}
      </Button>
    </>
  );
}

interface ChoicesProps {
  readonly collection: CollectionModel;
  readonly list: RecordList | undefined;
  readonly chosen: readonly string[];
  readonly onToggle: (record: RecordModel) => void;
}

function Choices({ collection, list, chosen, onToggle }: ChoicesProps) {
  const cell = (record: RecordModel, { id }: Column) =>
    id === "text" ? (
      <>
        <span class="relation-check" data-on={chosen.includes(record.id) ? "" : undefined}>
          {chosen.includes(record.id) && <Icon name="check" size={12} />}
        </span>
        <span class="g-table-clip">{recordText(record, collection)}</span>
      </>
    ) : (
      <code class="g-table-clip">{record.id}</code>
    );
  return (
    <div class="relation-list" data-version={list?.version.value}>
      {list?.total.value === 0 ? (
        <EmptyState icon="search" title={t("kit.noMatches")} />
      ) : (
        <Table<RecordModel>
          label={collection.name}
          columns={columns()}
          rowCount={list?.total.value ?? 0}
          rowAt={(index) => list?.at(index)}
          cell={cell}
          isSelected={(record) => chosen.includes(record.id)}
          onOpen={onToggle}
          onVisible={(first, end) => list?.show(first, end)}
        />
      )}
    </div>
  );
}

function columns(): Column[] {
  return [
    { id: "text", head: t("records.relation.record"), width: "minmax(10rem, 1fr)" },
    { id: "id", head: t("superusers.id"), width: "11rem" },
  ];
}

function searchedNames(collection: CollectionModel): string[] {
  return ["id", ...tellingFields(collection).map(({ name }) => name)];
}
