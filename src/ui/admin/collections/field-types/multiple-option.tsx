import { SelectField } from "../../../kit/select-field.tsx";
import { t } from "../../i18n/language.ts";
import { isMultiple } from "./field-kind.ts";
import { NumberOption } from "./number-option.tsx";
import type { SettingsProps } from "./settings-props.ts";

/** Enough for everybody who does not care. */
const SEVERAL = 99;

/** One value or several, and how many at most. */
export function MultipleOption({
  settings,
  limit = SEVERAL,
}: {
  readonly settings: SettingsProps;
  /** What "several" means to begin with. */
  readonly limit?: number;
}) {
  const several = isMultiple(settings.field);
  return (
    <>
      <SelectField
        label={t("fields.multiple")}
        value={several ? "several" : "single"}
        choices={[
          { value: "single", label: t("fields.single") },
          { value: "several", label: t("fields.several") },
        ]}
        onChange={(choice) =>
          settings.onChange({ maxSelect: choice === "single" ? 1 : Math.max(2, limit) })
        }
      />
      {several && (
        <NumberOption name="maxSelect" label={t("fields.maxSelect")} min={2} settings={settings} />
      )}
    </>
  );
}
