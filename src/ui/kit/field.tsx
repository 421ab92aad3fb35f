import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./icon.tsx";

/** What every labelled input takes. */
export interface FieldProps {
  readonly label: string;
  /** Keeps the label for screen readers only, where the place says what it is. */
  readonly hideLabel?: boolean | undefined;
  readonly help?: ComponentChildren;
  /** What is wrong with the value; undefined or empty when nothing is. */
  readonly error?: string | undefined;
  readonly required?: boolean | undefined;
  /** Controls at the right of the label. */
  readonly aside?: ComponentChildren;
}

/** Attributes that tie a control to its label, help and error. */
export interface ControlAttributes {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean | undefined;
}

/** Label, control, help and error, tied together for assistive technology. */
export function Field({
  label,
  hideLabel = false,
  help,
  error,
  required = false,
  aside,
  children,
}: FieldProps & { readonly children: (control: ControlAttributes) => ComponentChildren }) {
  const id = useId();
  const helpId = help ? `${id}-help` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const describedBy = [errorId, helpId].filter(Boolean).join(" ") || undefined;
  return (
    <div class="g-field" data-invalid={error ? "" : undefined}>
      <div class={hideLabel ? "g-visually-hidden" : "g-field-head"}>
        <label class="g-field-label" data-required={required ? "" : undefined} for={id}>
          {label}
        </label>
        {aside && <div class="g-field-aside">{aside}</div>}
      </div>
      {children({ id, "aria-describedby": describedBy, "aria-invalid": error ? true : undefined })}
      {error && (
        <div class="g-field-error" id={errorId}>
          <Icon name="warning" size={14} />
          <span>{error}</span>
        </div>
      )}
      {help && (
        <div class="g-field-help" id={helpId}>
          {help}
        </div>
      )}
    </div>
  );
}
