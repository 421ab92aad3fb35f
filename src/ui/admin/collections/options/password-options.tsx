import { CheckField } from "../../../kit/check-field.tsx";
import { ComboboxField } from "../../../kit/combobox-field.tsx";
import { Notice } from "../../../kit/notice.tsx";
import { t } from "../../i18n/language.ts";
import { parseIndex } from "../index-text.ts";
import { OptionPart } from "./option-part.tsx";
import type { OptionsProps } from "./options-props.ts";

export function PasswordOptions({ collection, isSuperusers, errors, onChange }: OptionsProps) {
  const { passwordAuth } = collection;
  const set = (patch: Partial<typeof passwordAuth>, name: string) =>
    onChange({ passwordAuth: { ...passwordAuth, ...patch } }, `passwordAuth.${name}`);
  return (
    <OptionPart
      title={t("options.password")}
      enabled={passwordAuth.enabled}
      errors={errors}
      paths={["passwordAuth"]}
    >
      {isSuperusers ? (
        <Notice>{t("options.password.always")}</Notice>
      ) : (
        <CheckField
          look="switch"
          label={t("options.enabled")}
          checked={passwordAuth.enabled}
          onChange={(enabled) => set({ enabled }, "enabled")}
          error={errors["passwordAuth.enabled"]}
        />
      )}
      <ComboboxField
        label={t("options.identityFields")}
        help={t("options.identityFields.help")}
        multiple
        options={uniqueColumns(collection.indexes).map((name) => ({ value: name, label: name }))}
        values={passwordAuth.identityFields}
        onChange={(identityFields) => set({ identityFields }, "identityFields")}
        error={errors["passwordAuth.identityFields"]}
      />
    </OptionPart>
  );
}

/** Columns with a unique index of their own. */
function uniqueColumns(indexes: readonly string[]): string[] {
  return indexes.flatMap((text) => {
    const parts = parseIndex(text);
    const [column, ...others] = parts?.columns ?? [];
    const isIdentity = parts?.isUnique && others.length === 0 && column?.name !== "tokenKey";
    return column && isIdentity ? [column.name] : [];
  });
}
