import { NumberField } from "../../../kit/text-field.tsx";
import { numberOption } from "./field-kind.ts";
import type { SettingsProps } from "./settings-props.ts";

/** An option that is a number; one that is not set is `empty` for the server. */
export function NumberOption({
  name,
  label,
  help,
  placeholder,
  min,
  max,
  empty = 0,
  step,
  settings,
}: {
  readonly name: string;
  readonly label: string;
  readonly help?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly empty?: 0 | null | undefined;
  readonly step?: "any" | undefined;
  readonly settings: SettingsProps;
}) {
  const value = numberOption(settings.field, name);
  return (
    <NumberField
      label={label}
      help={help}
      placeholder={placeholder}
      min={min}
      max={max}
      step={step}
      value={empty === 0 && value === 0 ? undefined : value}
      onInput={(typed) => settings.onChange({ [name]: typed ?? empty })}
      error={settings.errors[name]}
    />
  );
}
