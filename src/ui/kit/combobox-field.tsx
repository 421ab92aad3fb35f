import { useEffect, useRef, useState } from "preact/hooks";
import { type ControlAttributes, Field, type FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-paths.ts";
import { kitTexts } from "./texts.ts";
import { usePopup } from "./use-popup.ts";

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
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** A choice with search: type to narrow, arrows and Enter to choose, Backspace takes the last one back. */
export function ComboboxField(props: ComboboxFieldProps) {
  return <Field {...props}>{(control) => <Combobox {...props} control={control} />}</Field>;
}

type ComboboxProps = ComboboxFieldProps & { readonly control: ControlAttributes };

function Combobox({ control, ...props }: ComboboxProps) {
  const { options, values, onChange, multiple = false, free = false, disabled, error } = props;
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const anchor = useRef<HTMLDivElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  // Without options there is nothing to open.
  const isShown = isOpen && options.length > 0;
  usePopup({ anchor, popup, isOpen: isShown, matchWidth: true, onClose: () => setOpen(false) });
  const found = matching(options, text);
  useEffect(() => setActive(0), [text]);
  useEffect(() => {
    popup.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
  }, [active, isOpen]);
  const choose = (value: string) => {
    setText("");
    if (multiple) {
      onChange(
        values.includes(value) ? values.filter((each) => each !== value) : [...values, value],
      );
    } else {
      onChange([value]);
      setOpen(false);
    }
  };
  const takeTyped = () => {
    const typed = splitTyped(text).filter((value) => !values.includes(value));
    if (!free || typed.length === 0) return;
    onChange(multiple ? [...values, ...typed] : typed.slice(0, 1));
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (!isOpen) setOpen(true);
      else setActive((active + step + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter" || (event.key === "," && free)) {
      if (event.key === "Enter" && !isOpen && text === "") return;
      event.preventDefault();
      const option = isOpen && !(free && text !== "") ? found[active] : undefined;
      if (option) choose(option.value);
      else takeTyped();
    } else if (event.key === "Backspace" && text === "" && values.length > 0) {
      onChange(values.slice(0, -1));
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    // The box is only a bigger target for the mouse; the input inside is what the keyboard reaches.
    <div
      ref={anchor}
      class="g-combobox"
      data-invalid={error ? "" : undefined}
      data-disabled={disabled ? "" : undefined}
      onClick={() => {
        if (disabled) return;
        input.current?.focus();
        setOpen(true);
      }}
    >
      {values.map((value) => (
        <Chip
          key={value}
          label={options.find((option) => option.value === value)?.label ?? value}
          onRemove={disabled ? undefined : () => onChange(values.filter((each) => each !== value))}
        />
      ))}
      <input
        {...control}
        ref={input}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${control.id}-options`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && found[active] ? `${control.id}-${active}` : undefined}
        autoComplete="off"
        spellcheck={false}
        value={text}
        disabled={disabled}
        placeholder={values.length === 0 ? props.placeholder : undefined}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setOpen(false);
          if (free) takeTyped();
          else setText("");
        }}
      />
      {options.length > 0 && <Icon name="chevron-down" size={14} />}
      <div
        ref={popup}
        id={`${control.id}-options`}
        class="g-popup"
        popover="manual"
        role="listbox"
        aria-label={props.label}
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
              onChoose={() => choose(option.value)}
            />
          ))}
        {isOpen && found.length === 0 && options.length > 0 && (
          <div class="g-option-empty" role="option" aria-disabled="true" aria-selected="false">
            {kitTexts.value.noMatches}
          </div>
        )}
      </div>
    </div>
  );
}

/** @param props.onRemove leaves the button out when undefined */
function Chip({
  label,
  onRemove,
}: {
  readonly label: string;
  readonly onRemove: (() => void) | undefined;
}) {
  const name = kitTexts.value.remove(label);
  return (
    <span class="g-chip">
      <span>{label}</span>
      {onRemove && (
        <button
          type="button"
          aria-label={name}
          title={name}
          onClick={(event) => {
            event.stopPropagation();
            onRemove();
          }}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
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

function matching(options: readonly Option[], text: string): readonly Option[] {
  const words = text.trim().toLowerCase();
  if (words === "") return options;
  const found = options.filter(({ label, value }) =>
    `${label} ${value}`.toLowerCase().includes(words),
  );
  const begins = ({ label }: Option) => label.toLowerCase().startsWith(words);
  return found.toSorted((a, b) => Number(begins(b)) - Number(begins(a)));
}

function splitTyped(text: string): string[] {
  return [...new Set(text.split(",").map((part) => part.trim()))].filter((part) => part !== "");
}
