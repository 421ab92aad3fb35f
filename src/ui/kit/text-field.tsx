import { useState } from "preact/hooks";
import { IconButton } from "./button.tsx";
import { Field, type FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-paths.ts";
import { kitTexts } from "./texts.ts";

export interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onBlur?: (() => void) | undefined;
  /** Backspace in the empty input: takes away what stands for it elsewhere, such as a stored secret. */
  readonly onErase?: (() => void) | undefined;
  readonly type?: "text" | "email" | "url" | "search" | "password" | "datetime-local" | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  readonly autoFocus?: boolean | undefined;
  readonly autoComplete?: string | undefined;
  /** Which keys a phone shows. */
  readonly inputMode?: "numeric" | undefined;
  readonly icon?: IconName | undefined;
  readonly size?: "small" | undefined;
  readonly name?: string | undefined;
}

/** One line of text. A password can be shown. */
export function TextField(props: TextFieldProps) {
  const { value, onInput, type = "text", icon } = props;
  const [isShown, setShown] = useState(false);
  const texts = kitTexts.value;
  return (
    <Field {...props}>
      {(control) => (
        <div class="g-input-wrap">
          {icon && <Icon name={icon} />}
          <input
            {...control}
            class="g-input"
            data-size={props.size}
            // The typings know one shape of attributes for each type.
            type={(type === "password" && isShown ? "text" : type) as "text"}
            name={props.name}
            value={value}
            required={props.required}
            placeholder={props.placeholder}
            disabled={props.disabled}
            readOnly={props.readOnly}
            autoComplete={props.autoComplete ?? "off"}
            inputMode={props.inputMode}
            autoFocus={props.autoFocus}
            spellcheck={false}
            onInput={(event) => onInput(event.currentTarget.value)}
            onBlur={props.onBlur}
            onKeyDown={(event) => {
              if (event.key === "Backspace" && value === "") props.onErase?.();
            }}
          />
          {type === "password" && (
            <span class="g-input-action">
              <IconButton
                size="small"
                icon={isShown ? "eye-off" : "eye"}
                label={isShown ? texts.hide : texts.show}
                onClick={() => setShown(!isShown)}
              />
            </span>
          )}
        </div>
      )}
    </Field>
  );
}

export interface NumberFieldProps extends FieldProps {
  /** Undefined for an empty input. */
  readonly value: number | undefined;
  readonly onInput: (value: number | undefined) => void;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | "any" | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** A number; an empty input is undefined. */
export function NumberField(props: NumberFieldProps) {
  const { value, onInput } = props;
  return (
    <Field {...props}>
      {(control) => (
        <input
          {...control}
          class="g-input"
          type="number"
          value={value ?? ""}
          min={props.min}
          max={props.max}
          step={props.step ?? 1}
          placeholder={props.placeholder}
          disabled={props.disabled}
          required={props.required}
          onInput={({ currentTarget: { valueAsNumber } }) =>
            onInput(Number.isNaN(valueAsNumber) ? undefined : valueAsNumber)
          }
        />
      )}
    </Field>
  );
}

export interface TextAreaFieldProps extends FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly rows?: number | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** Several lines of text; grows with them. */
export function TextAreaField(props: TextAreaFieldProps) {
  const { value, onInput, rows = 2 } = props;
  return (
    <Field {...props}>
      {(control) => (
        <textarea
          {...control}
          class="g-input"
          rows={rows}
          value={value}
          placeholder={props.placeholder}
          disabled={props.disabled}
          required={props.required}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
