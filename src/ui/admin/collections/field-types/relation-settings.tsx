import { useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { ComboboxField } from "../../../kit/combobox-field.tsx";
import { SelectField } from "../../../kit/select-field.tsx";
import { collections } from "../../data/collections.ts";
import { t } from "../../i18n/language.ts";
import { iconOf } from "../collection-icon.ts";
import { isMultiple, isOn, textOption } from "./field-kind.ts";
import { MultipleOption } from "./multiple-option.tsx";
import { NewTargetDialog } from "./new-target-dialog.tsx";
import { NumberOption } from "./number-option.tsx";
import type { SettingsProps } from "./settings-props.ts";

export function RelationSettings(settings: SettingsProps) {
  const { field, errors, onChange } = settings;
  return (
    <>
      <Target {...settings} />
      <SelectField
        label={t("fields.cascade")}
        value={isOn(field, "cascadeDelete") ? "delete" : "keep"}
        choices={[
          { value: "keep", label: t("fields.cascade.keep") },
          { value: "delete", label: t("fields.cascade.delete") },
        ]}
        onChange={(choice) => onChange({ cascadeDelete: choice === "delete" })}
        error={errors["cascadeDelete"]}
      />
      <MultipleOption settings={settings} />
      {isMultiple(field) && (
        <NumberOption
          name="minSelect"
          label={t("fields.minSelect")}
          placeholder={t("fields.noLimit")}
          min={0}
          settings={settings}
        />
      )}
    </>
  );
}

/** The collection that is referred to; a missing one is made here. */
function Target({ field, isStored, errors, onChange }: SettingsProps) {
  const [isMaking, setMaking] = useState(false);
  const target = textOption(field, "collectionId");
  return (
    <>
      <ComboboxField
        label={t("fields.collection")}
        help={isStored ? t("fields.collection.fixed") : undefined}
        placeholder={t("fields.collection.choose")}
        required
        disabled={isStored}
        options={collections.value.map(({ id, name, type }) => ({
          value: id,
          label: name,
          icon: iconOf(type),
        }))}
        values={target === "" ? [] : [target]}
        onChange={([collectionId = ""]) => onChange({ collectionId })}
        error={errors["collectionId"]}
        aside={
          !isStored && (
            <Button size="small" look="quiet" icon="add" onClick={() => setMaking(true)}>
              {t("collections.new")}
            </Button>
          )
        }
      />
      {isMaking && (
        <NewTargetDialog
          onClose={() => setMaking(false)}
          onMade={(collectionId) => {
            onChange({ collectionId });
            setMaking(false);
          }}
        />
      )}
    </>
  );
}
