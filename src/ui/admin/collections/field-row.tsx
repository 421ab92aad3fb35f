import type { CollectionField, CollectionModel } from "pocketbase";
import { IconButton } from "../../kit/button.tsx";
import { CheckField } from "../../kit/check-field.tsx";
import { Icon } from "../../kit/icon.tsx";
import { Menu } from "../../kit/menu.tsx";
import { Tag } from "../../kit/notice.tsx";
import { TextField } from "../../kit/text-field.tsx";
import type { FormErrors } from "../api/form-errors.ts";
import { t } from "../i18n/language.ts";
import type { FieldDraft } from "./draft.ts";
import { isOn, textOption } from "./field-types/field-kind.ts";
import { kindOf } from "./field-types/index.ts";
import { TypeSettings } from "./field-types/settings.tsx";
import { IdentifierField } from "./identifier-field.tsx";

export interface FieldRowProps {
  readonly draft: FieldDraft;
  readonly collection: CollectionModel;
  readonly errors: FormErrors;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onChange: (patch: Partial<CollectionField>) => void;
  readonly onDuplicate: () => void;
  readonly onRemove: () => void;
  readonly onRestore: () => void;
}

/** One field: its name, and everything else when it is open. */
export function FieldRow(props: FieldRowProps) {
  const { draft, errors, isOpen, onToggle } = props;
  const { field, isRemoved } = draft;
  const kind = kindOf(field);
  if (isRemoved) return <RemovedField {...props} />;
  return (
    <div class="field-row" data-open={isOpen ? "" : undefined} data-field={field.name}>
      <div class="field-row-head">
        <span class="field-row-type" title={t(kind.title)}>
          <Icon name={kind.icon} />
          <span class="g-visually-hidden">{t(kind.title)}</span>
        </span>
        <FieldName {...props} />
        <span class="field-row-tags">
          {field.system && <Tag>{t("fields.system")}</Tag>}
          {isOn(field, "required") && <Tag tone="success">{t("fields.required")}</Tag>}
          {field.hidden && <Tag tone="danger">{t("fields.hidden")}</Tag>}
          {field.presentable && <Tag tone="accent">{t("fields.presentable")}</Tag>}
        </span>
        <IconButton
          size="small"
          icon={Object.keys(errors).length > 0 ? "warning" : "sliders"}
          label={t("fields.options", { name: field.name })}
          expanded={isOpen}
          onClick={onToggle}
        />
        <FieldMenu {...props} />
      </div>
      {isOpen && <FieldSettings {...props} />}
    </div>
  );
}

function RemovedField({ draft, onRestore }: FieldRowProps) {
  const { name } = draft.field;
  return (
    <div class="field-row" data-removed="">
      <div class="field-row-head">
        <span class="field-row-type">
          <Icon name="trash" />
        </span>
        <s>{name}</s>
        <span class="field-row-note">{t("fields.removed")}</span>
        <IconButton
          size="small"
          icon="undo"
          label={t("fields.restore", { name })}
          onClick={onRestore}
        />
      </div>
    </div>
  );
}

function FieldName({ draft, errors, onChange }: FieldRowProps) {
  const { field } = draft;
  return (
    <IdentifierField
      label={t("fields.name")}
      hideLabel
      size="small"
      value={field.name}
      disabled={field.system}
      onInput={(name) => onChange({ name })}
      error={errors["name"]}
    />
  );
}

function FieldMenu({ draft, onDuplicate, onRemove }: FieldRowProps) {
  const { field } = draft;
  if (field.system) return <span class="field-row-no-menu" />;
  return (
    <Menu
      icon="more"
      size="small"
      look="quiet"
      align="end"
      label={t("fields.actions", { name: field.name })}
      entries={[
        { label: t("fields.duplicate"), icon: "copy", onSelect: onDuplicate },
        { label: t("fields.remove"), icon: "trash", look: "danger", onSelect: onRemove },
      ]}
    />
  );
}

/** What PocketBase does not let anybody change. */
const FIXED_REQUIRED = ["id", "password", "tokenKey"];
const FIXED_HIDDEN = ["id", "password", "tokenKey", "email"];

function FieldSettings(props: FieldRowProps) {
  const { draft, collection, errors, onChange } = props;
  const { field } = draft;
  return (
    <div class="field-settings">
      <TypeSettings
        field={field}
        isStored={field.id !== ""}
        errors={errors}
        collection={collection}
        onChange={onChange}
      />
      <div class="field-settings-wide">
        <TextField
          label={t("fields.help")}
          help={t("fields.help.help")}
          value={textOption(field, "help")}
          onInput={(help) => onChange({ help })}
          error={errors["help"]}
        />
      </div>
      <CommonChecks {...props} />
    </div>
  );
}

/** What fields of every type may be. */
function CommonChecks({ draft: { field }, errors, onChange }: FieldRowProps) {
  const { required } = kindOf(field);
  const isFixed = (names: readonly string[]) => field.system && names.includes(field.name);
  return (
    <div class="field-settings-wide field-settings-checks">
      {required && (
        <CheckField
          label={t("fields.required")}
          help={t(required)}
          checked={isOn(field, "required")}
          disabled={isFixed(FIXED_REQUIRED)}
          onChange={(isRequired) => onChange({ required: isRequired })}
          error={errors["required"]}
        />
      )}
      <CheckField
        label={t("fields.presentable")}
        help={t("fields.presentable.help")}
        checked={field.presentable}
        disabled={field.hidden}
        onChange={(presentable) => onChange({ presentable })}
        error={errors["presentable"]}
      />
      <CheckField
        label={t("fields.hidden")}
        help={t("fields.hidden.help")}
        checked={field.hidden}
        disabled={isFixed(FIXED_HIDDEN)}
        onChange={(hidden) => onChange({ hidden, ...(hidden && { presentable: false }) })}
        error={errors["hidden"]}
      />
    </div>
  );
}
