import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

export interface CheckFieldProps {
  readonly label: ComponentChildren;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** A switch takes effect at once, a box with the form. */
  readonly look?: "box" | "switch" | undefined;
  readonly help?: ComponentChildren;
  readonly error?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** Some of several are checked. */
  readonly mixed?: boolean | undefined;
  readonly hideLabel?: boolean | undefined;
}

/** Yes or no. */
export function CheckField(props: CheckFieldProps) {
  const { label, checked, onChange, look = "box", help, error, disabled, mixed = false } = props;
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    if (input.current) input.current.indeterminate = mixed;
  }, [mixed]);
  return (
    <div>
      <label class="g-check" data-look={look}>
        <span class="g-check-box">
          <input
            ref={input}
            type="checkbox"
            role={look === "switch" ? "switch" : undefined}
            checked={checked}
            disabled={disabled}
            aria-describedby={help || error ? `${id}-help` : undefined}
            aria-invalid={error ? true : undefined}
            onChange={({ currentTarget }) => {
              const wanted = currentTarget.checked;
              // Whoever was told may refuse it, or think about it first.
              currentTarget.checked = checked;
              onChange(wanted);
            }}
          />
        </span>
        <span class={props.hideLabel ? "g-visually-hidden" : "g-check-text"}>{label}</span>
      </label>
      {(help || error) && (
        <div id={`${id}-help`} class={error ? "g-field-error" : "g-field-help"}>
          {error ?? help}
        </div>
      )}
    </div>
  );
}
