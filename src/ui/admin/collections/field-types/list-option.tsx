import { ComboboxField, type Option } from "../../../kit/combobox-field.tsx";
import { listOption } from "./field-kind.ts";
import type { SettingsProps } from "./settings-props.ts";

/** An option that is a list of texts, typed freely or taken from suggestions. */
export function ListOption({
  name,
  label,
  help,
  placeholder,
  options = [],
  required,
  sortable,
  settings,
}: {
  readonly name: string;
  readonly label: string;
  readonly help?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly options?: readonly Option[];
  readonly required?: boolean | undefined;
  /** Its order is seen by others. */
  readonly sortable?: boolean | undefined;
  readonly settings: SettingsProps;
}) {
  return (
    <ComboboxField
      label={label}
      help={help}
      placeholder={placeholder}
      multiple
      free
      required={required}
      sortable={sortable}
      options={options}
      values={listOption(settings.field, name)}
      onChange={(values) => settings.onChange({ [name]: values })}
      error={firstError(settings, name)}
    />
  );
}

/** Of the list, or of one of its entries. */
function firstError({ errors }: SettingsProps, name: string): string | undefined {
  return Object.entries(errors).find(([key]) => key === name || key.startsWith(`${name}.`))?.[1];
}
