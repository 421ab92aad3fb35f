import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import { Chips, SortableChips } from "./chips.tsx";
import { type ControlAttributes, Field, type FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-paths.ts";
import { kitTexts } from "./texts.ts";
import { type ComboboxState, useCombobox } from "./use-combobox.ts";

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly icon?: IconName | undefined;
  readonly note?: string | undefined;
}

export interface ComboboxFieldProps extends FieldProps {
  readonly options: readonly Option[];
  /** The chosen values in their order. */
  readonly values: readonly string[];
  readonly onChange: (values: string[]) => void;
  /** More than one may be chosen. */
  readonly multiple?: boolean | undefined;
  /** What is typed and matches nothing may be chosen too; several at once are separated by commas. */
  readonly free?: boolean | undefined;
  /** The order of the chosen values matters: they can be moved. */
  readonly sortable?: boolean | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** A choice with search: type to narrow, arrows and Enter to choose, Backspace takes the last one back. */
export function ComboboxField(props: ComboboxFieldProps) {
  return <Field {...props}>{(control) => <Combobox {...props} control={control} />}</Field>;
}

type ComboboxProps = ComboboxFieldProps & { readonly control: ControlAttributes };

function Combobox({ control, ...props }: ComboboxProps) {
  const { options, disabled, error } = props;
  const input = useRef<HTMLInputElement>(null);
  const state = useCombobox(props);
  const labelOf = (value: string) =>
    options.find((option) => option.value === value)?.label ?? value;
  const Chosen = props.sortable ? SortableChips : Chips;
  return (
    // The box is only a bigger target for the mouse; the input inside is what the keyboard reaches.
    <div
      ref={state.anchor}
      class="g-combobox"
      data-invalid={error ? "" : undefined}
      data-disabled={disabled ? "" : undefined}
      onClick={() => {
        if (disabled) return;
        input.current?.focus();
        state.open();
      }}
    >
      <Chosen
        values={props.values}
        labelOf={labelOf}
        onChange={props.onChange}
        disabled={disabled}
      />
      <ComboboxInput {...props} control={control} state={state} inputRef={input} />
      {options.length > 0 && <Icon name="chevron-down" size={14} />}
      <OptionList {...props} control={control} state={state} />
    </div>
  );
}

type PartProps = ComboboxProps & { readonly state: ComboboxState };

function ComboboxInput({
  control,
  state,
  inputRef,
  ...props
}: PartProps & { readonly inputRef: RefObject<HTMLInputElement | null> }) {
  const { isOpen, found, active } = state;
  return (
    <input
      {...control}
      ref={inputRef}
      role="combobox"
      aria-expanded={isOpen}
      aria-controls={`${control.id}-options`}
      aria-autocomplete="list"
      aria-activedescendant={isOpen && found[active] ? `${control.id}-${active}` : undefined}
      autoComplete="off"
      spellcheck={false}
      value={state.text}
      disabled={props.disabled}
      placeholder={props.values.length === 0 ? props.placeholder : undefined}
      onInput={(event) => state.type(event.currentTarget.value)}
      onKeyDown={state.onKeyDown}
      onBlur={state.onBlur}
    />
  );
}

function OptionList({ control, state, label, multiple, options, values }: PartProps) {
  const { isOpen, found, active } = state;
  return (
    <div
      ref={state.popup}
      id={`${control.id}-options`}
      class="g-popup"
      popover="manual"
      role="listbox"
      aria-label={label}
      aria-multiselectable={multiple || undefined}
      // Keeps the focus in the input.
      onMouseDown={(event) => event.preventDefault()}
    >
      {isOpen &&
        found.map((option, index) => (
          <OptionLine
            key={option.value}
            id={`${control.id}-${index}`}
            option={option}
            isActive={index === active}
            isChosen={values.includes(option.value)}
            onChoose={() => state.choose(option.value)}
          />
        ))}
      {isOpen && found.length === 0 && options.length > 0 && (
        <div class="g-option-empty" role="option" aria-disabled="true" aria-selected="false">
          {kitTexts.value.noMatches}
        </div>
      )}
    </div>
  );
}

interface OptionLineProps {
  readonly id: string;
  readonly option: Option;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function OptionLine({ id, option, isActive, isChosen, onChoose }: OptionLineProps) {
  return (
    // The input has the focus and the keys; the option is only pointed at.
    <div
      id={id}
      class="g-option"
      role="option"
      aria-selected={isChosen}
      data-active={isActive ? "" : undefined}
      data-chosen={isChosen ? "" : undefined}
      onClick={(event) => {
        event.stopPropagation();
        onChoose();
      }}
    >
      {option.icon && <Icon name={option.icon} />}
      <span>{option.label}</span>
      {option.note && <span class="g-option-note">{option.note}</span>}
    </div>
  );
}
