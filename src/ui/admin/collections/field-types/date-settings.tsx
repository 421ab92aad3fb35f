import { TextField } from "../../../kit/text-field.tsx";
import { t } from "../../i18n/language.ts";
import { textOption } from "./field-kind.ts";
import type { SettingsProps } from "./settings-props.ts";

export function DateSettings({ field, errors, onChange }: SettingsProps) {
  return (
    <>
      <TextField
        label={t("fields.earliest")}
        help={t("fields.utc")}
        value={textOption(field, "min")}
        onInput={(min) => onChange({ min })}
        error={errors["min"]}
      />
      <TextField
        label={t("fields.latest")}
        help={t("fields.utc")}
        value={textOption(field, "max")}
        onInput={(max) => onChange({ max })}
        error={errors["max"]}
      />
    </>
  );
}
