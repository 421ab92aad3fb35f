import type { CollectionField, RecordModel } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { IconButton } from "../../../kit/button.tsx";
import { Field } from "../../../kit/field.tsx";
import { SortableList } from "../../../kit/sortable-list.tsx";
import { findCollection } from "../../data/collections.ts";
import { t } from "../../i18n/language.ts";
import { client } from "../../api/client.ts";
import { openRecord } from "../editor/open-record.ts";
import { recordText } from "../record-text.ts";
import { RelatedCard } from "./related-card.tsx";
import { loadRelated, relatedText, rememberRelated } from "./relation-texts.ts";
import { RelationPicker } from "./relation-picker.tsx";
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
  textOf,
} from "./record-field-type.ts";

const MOST_CHIPS = 5;

function RelationCell({ field, value, record }: CellProps) {
  const ids = listOf(value);
  const target = textOf(field["collectionId"]);
  const expanded = expandedOf(record, field.name);
  return (
    <>
      {ids.slice(0, MOST_CHIPS).map((id) => {
        const related = expanded.find((each) => each.id === id);
        const text = related ? recordText(related, findCollection(target)) : undefined;
        return <RelatedCard key={id} id={id} collectionId={target} record={related} text={text} />;
      })}
      {ids.length > MOST_CHIPS && <span class="record-faint">{`+${ids.length - MOST_CHIPS}`}</span>}
    </>
  );
}

/** The related records that came along, of one field. */
function expandedOf(record: RecordModel, name: string): RecordModel[] {
  const expanded: unknown = record.expand?.[name];
  const list: unknown[] = Array.isArray(expanded) ? expanded : expanded ? [expanded] : [];
  return list as RecordModel[];
}

function RelationInput({ field, value, onChange, error }: InputProps) {
  const [isPicking, setPicking] = useState(false);
  const ids = listOf(value);
  const target = textOf(field["collectionId"]);
  const collection = findCollection(target);
  const most = mostOf(field);
  const choose = t("records.relation.choose", { name: collection?.name ?? target });
  useEffect(() => void loadRelated(target, ids).catch(() => undefined), [ids.join()]);
  return (
    <Field
      label={field.name}
      required={isRequired(field)}
      help={helpOf(field) ?? (most > 1 ? t("records.atMost", { count: most }) : undefined)}
      error={error}
    >
      {(control) => (
        <div class="relation">
          <Related field={field} ids={ids} onChange={onChange} />
          <button
            {...control}
            type="button"
            class="g-button"
            aria-haspopup="dialog"
            aria-label={`${field.name}: ${choose}`}
            disabled={!collection}
            onClick={() => setPicking(true)}
          >
            {choose}
          </button>
          {isPicking && collection && (
            <RelationPicker
              collection={collection}
              title={field.name}
              chosen={ids}
              most={most}
              onChoose={onChange}
              onClose={() => setPicking(false)}
            />
          )}
        </div>
      )}
    </Field>
  );
}

interface RelatedProps {
  readonly field: CollectionField;
  readonly ids: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}

/** The chosen records; several can be brought into order. */
function Related({ field, ids, onChange }: RelatedProps) {
  const target = textOf(field["collectionId"]);
  const line = (id: string) => (
    <RelatedLine
      target={target}
      id={id}
      onRemove={() => onChange(ids.filter((each) => each !== id))}
    />
  );
  if (!isMultiple(field))
    return (
      <>
        {ids.map((id) => (
          <div key={id}>{line(id)}</div>
        ))}
      </>
    );
  if (ids.length === 0) return null;
  return (
    <SortableList
      label={field.name}
      items={ids}
      keyOf={(id) => id}
      nameOf={(id) => relatedText(target, id) ?? id}
      onChange={onChange}
    >
      {line}
    </SortableList>
  );
}

interface RelatedLineProps {
  /** The id of its collection. */
  readonly target: string;
  readonly id: string;
  readonly onRemove: () => void;
}

function RelatedLine({ target, id, onRemove }: RelatedLineProps) {
  return (
    <div class="relation-item">
      <span class="relation-text">{relatedText(target, id) ?? id}</span>
      <code class="record-faint">{id}</code>
      <IconButton
        size="small"
        icon="edit"
        label={t("records.openRecord", { id })}
        onClick={() => void edit(target, id)}
      />
      <IconButton
        size="small"
        icon="close"
        label={t("kit.remove", { name: id })}
        onClick={onRemove}
      />
    </div>
  );
}

async function edit(target: string, id: string): Promise<void> {
  const collection = findCollection(target);
  if (!collection) return;
  const record = await client.collection(target).getOne(id);
  const saved = await openRecord({ collection, record });
  if (saved) rememberRelated([saved]);
}

export const relationType: RecordFieldType = {
  type: "relation",
  icon: "relation",
  width: "minmax(11rem, 1fr)",
  isSearched: true,
  Cell: RelationCell,
  Input: RelationInput,
  edit: listOf,
  send: sendOneOrList,
  sample: (field) => (isMultiple(field) ? ["RECORD_ID"] : "RECORD_ID"),
};
