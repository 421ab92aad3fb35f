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
  const kept = keptFields(draft.fields);
  const errorsOf = (each: FieldDraft) => errorsBelow(errors, `fields.${kept.indexOf(each)}`);
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
        {(each) => {
          const { key } = each;
          const found = errorsOf(each);
          return (
            <div id={key}>
              <FieldRow
                draft={each}
                collection={draft.collection}
                errors={found}
                isOpen={opened.includes(key) || hasSettingsError(found)}
                onToggle={() => toggle(key)}
                onChange={(patch) =>
                  onChange(patchField(draft, key, patch), `fields.${kept.indexOf(each)}`)
                }
                onDuplicate={() => onChange(duplicateField(draft, key), "fields")}
                onRemove={() => onChange(removeField(draft, key), "fields")}
                onRestore={() => onChange(restoreField(draft, key), "fields")}
              />
            </div>
          );
        }}
      </SortableList>
      <div>
        <Menu
          label={t("fields.new")}
          icon="add"
          showLabel
          entries={FIELD_KINDS.filter(({ isFixed }) => !isFixed).map((kind) => ({
            label: t(kind.title),
            icon: kind.icon,
            onSelect: () => add(kind),
          }))}
        />
      </div>
      <IndexesSection {...props} />
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
