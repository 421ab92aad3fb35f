import { useState } from "preact/hooks";
import type { CollectionField } from "pocketbase";
import { Menu } from "../../kit/menu.tsx";
import { Notice } from "../../kit/notice.tsx";
import { SortableList } from "../../kit/sortable-list.tsx";
import { errorsBelow } from "../api/form-errors.ts";
import { t } from "../i18n/language.ts";
import {
  addField,
  duplicateField,
  type FieldDraft,
  keptFields,
  patchField,
  removeField,
  restoreField,
} from "./draft.ts";
import type { EditorProps } from "./editor-props.ts";
import { FieldRow } from "./field-row.tsx";
import type { FieldKind } from "./field-types/field-kind.ts";
import { FIELD_KINDS } from "./field-types/index.ts";
import { IndexesSection } from "./indexes-section.tsx";

/** The fields in their order, and the indexes over them. */
export function FieldsTab(props: EditorProps) {
  const { draft, errors, onChange } = props;
  const [opened, setOpened] = useState<readonly string[]>([]);
  const toggle = (key: string) =>
    setOpened(opened.includes(key) ? opened.filter((each) => each !== key) : [...opened, key]);
  const add = (kind: FieldKind) => {
    const { draft: added, key } = addField(draft, newField(kind));
    onChange(added, "fields");
    setOpened([...opened, key]);
    focusName(key);
  };
  return (
    <div class="g-stack">
      {errors["fields"] && <Notice tone="danger">{errors["fields"]}</Notice>}
      <SortableList
        label={t("fields.list")}
        items={draft.fields}
        keyOf={({ key }) => key}
        nameOf={({ field }) => field.name}
        onChange={(fields) => onChange({ ...draft, fields }, "fields")}
      >
        {(each) => (
          <Row
            {...props}
            each={each}
            isOpen={opened.includes(each.key)}
            onToggle={() => toggle(each.key)}
          />
        )}
      </SortableList>
      <NewFieldMenu onAdd={add} />
      <IndexesSection {...props} />
    </div>
  );
}

function NewFieldMenu({ onAdd }: { readonly onAdd: (kind: FieldKind) => void }) {
  return (
    <div>
      <Menu
        label={t("fields.new")}
        icon="add"
        showLabel
        entries={FIELD_KINDS.filter(({ isFixed }) => !isFixed).map((kind) => ({
          label: t(kind.title),
          icon: kind.icon,
          onSelect: () => onAdd(kind),
        }))}
      />
    </div>
  );
}

type RowProps = EditorProps & {
  readonly each: FieldDraft;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
};

/** What a row of the list does to the collection. */
function Row({ draft, errors, onChange, each, isOpen, onToggle }: RowProps) {
  const { key } = each;
  const path = `fields.${keptFields(draft.fields).indexOf(each)}`;
  const found = errorsBelow(errors, path);
  return (
    <div id={key}>
      <FieldRow
        draft={each}
        collection={draft.collection}
        errors={found}
        isOpen={isOpen || hasSettingsError(found)}
        onToggle={onToggle}
        onChange={(patch) => onChange(patchField(draft, key, patch), path)}
        onDuplicate={() => onChange(duplicateField(draft, key), "fields")}
        onRemove={() => onChange(removeField(draft, key), "fields")}
        onRestore={() => onChange(restoreField(draft, key), "fields")}
      />
    </div>
  );
}

function newField({ type, defaults }: FieldKind): CollectionField {
  return {
    id: "",
    name: "field",
    type,
    system: false,
    hidden: false,
    presentable: false,
    help: "",
    required: false,
    ...defaults,
  };
}

/** The name is seen without opening the field. */
function hasSettingsError(errors: Readonly<Record<string, string>>): boolean {
  return Object.keys(errors).some((key) => key !== "name");
}

/** What is added is named next. */
function focusName(key: string): void {
  requestAnimationFrame(() => {
    const input = document.querySelector<HTMLInputElement>(`#${key} input`);
    input?.focus();
    input?.select();
    input?.scrollIntoView({ block: "nearest" });
  });
}
