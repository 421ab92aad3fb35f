import type { CollectionModel } from "pocketbase";
import { useRef } from "preact/hooks";
import { Icon } from "../../kit/icon.tsx";
import { t } from "../i18n/language.ts";
import { askToDiscard } from "../shell/unsaved.ts";
import { iconOf } from "./collection-icon.ts";
import { patchCollection } from "./draft.ts";
import { type CollectionType, scaffoldOf } from "./editing.ts";
import type { EditorProps } from "./editor-props.ts";
import { IdentifierField } from "./identifier-field.tsx";

const TYPES: readonly CollectionType[] = ["base", "auth", "view"];

/** Name and type of the collection. */
export function CollectionHead({
  draft,
  original,
  errors,
  onChange,
  onType,
}: EditorProps & {
  /** Begins again with a collection of another type. */
  readonly onType: (start: CollectionModel) => void;
}) {
  const { collection } = draft;
  const choices = useRef<HTMLFieldSetElement>(null);
  const choose = async (type: CollectionType) => {
    if (type === collection.type) return;
    const start = await scaffoldOf(type);
    const hasFields = draft.fields.some(({ field }) => !field.system && field.type !== "autodate");
    if (hasFields && !(await askToDiscard())) {
      // The browser has moved the mark already.
      for (const each of choices.current?.querySelectorAll("input") ?? [])
        each.checked = each.value === collection.type;
      return;
    }
    onType({ ...start, name: collection.name });
  };
  return (
    <>
      <IdentifierField
        label={t("collections.name")}
        value={collection.name}
        onInput={(name) => onChange(patchCollection(draft, { name }), "name")}
        disabled={collection.system}
        error={errors["name"]}
        required
        autoFocus={original === undefined}
      />
      {original === undefined && (
        <fieldset ref={choices} class="type-choice">
          <legend class="g-field-label">{t("collections.type")}</legend>
          {TYPES.map((type) => (
            <TypeChoice
              key={type}
              type={type}
              isChosen={collection.type === type}
              onChoose={() => void choose(type)}
            />
          ))}
        </fieldset>
      )}
    </>
  );
}

function TypeChoice({
  type,
  isChosen,
  onChoose,
}: {
  readonly type: CollectionType;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  return (
    <label class="type-choice-option">
      <input
        type="radio"
        name="collection-type"
        value={type}
        checked={isChosen}
        onChange={onChoose}
      />
      <Icon name={iconOf(type)} />
      <span class="type-choice-name">{t(`collections.type.${type}`)}</span>
      <span class="g-field-help">{t(`collections.type.${type}.help`)}</span>
    </label>
  );
}
