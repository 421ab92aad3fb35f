import { Field, type FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";

export interface Choice<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
}

export interface SelectFieldProps<Value extends string> extends FieldProps {
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean | undefined;
  readonly size?: "small" | undefined;
}

/** One of a few choices, by the browser's own control. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { value, choices, onChange, disabled, size } = props;
  return (
    <Field {...props}>
      {(control) => (
        <div class="g-select">
          <select
            {...control}
            class="g-input"
            data-size={size}
            value={value}
            disabled={disabled}
            onChange={({ currentTarget }) => {
              const chosen = choices[currentTarget.selectedIndex];
              if (chosen) onChange(chosen.value);
            }}
          >
            {choices.map((choice) => (
              <option key={choice.value} value={choice.value} selected={choice.value === value}>
                {choice.label}
              </option>
            ))}
          </select>
          <Icon name="chevron-down" size={14} />
        </div>
      )}
    </Field>
  );
}
