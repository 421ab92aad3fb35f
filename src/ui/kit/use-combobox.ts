import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComboboxFieldProps, Option } from "./combobox-field.tsx";
import { usePopup } from "./use-popup.ts";

/** What a combobox is doing: what is typed, what is found, where one is in it. */
export interface ComboboxState {
  readonly anchor: RefObject<HTMLDivElement | null>;
  readonly popup: RefObject<HTMLDivElement | null>;
  readonly text: string;
  readonly isOpen: boolean;
  /** The options that fit what is typed. */
  readonly found: readonly Option[];
  /** Which of them Enter takes. */
  readonly active: number;
  readonly open: () => void;
  readonly type: (text: string) => void;
  readonly choose: (value: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onBlur: () => void;
}

export function useCombobox(props: ComboboxFieldProps): ComboboxState {
  const { options } = props;
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const anchor = useRef<HTMLDivElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const close = () => setOpen(false);
  // Without options there is nothing to open.
  const isShown = isOpen && options.length > 0;
  usePopup({ anchor, popup, isOpen: isShown, matchWidth: true, onClose: close });
  const found = matching(options, text);
  useEffect(() => setActive(0), [text]);
  useEffect(() => reveal(popup.current), [active, isOpen]);
  const choosing = chooserOf(props, { text, setText, close });
  const context = { text, isOpen, active, found, setOpen, setActive, ...choosing };
  const type = (typed: string) => {
    setText(typed);
    setOpen(true);
  };
  const onBlur = () => {
    close();
    if (props.free) choosing.takeTyped();
    else setText("");
  };
  const onKeyDown = keyHandler(props, context);
  const { choose } = choosing;
  const open = () => setOpen(true);
  return { anchor, popup, text, isOpen, found, active, open, type, choose, onKeyDown, onBlur };
}

/** How values are taken: one of the options, or what is typed. */
function chooserOf(
  { values, onChange, multiple = false, free = false }: ComboboxFieldProps,
  {
    text,
    setText,
    close,
  }: {
    readonly text: string;
    readonly setText: (text: string) => void;
    readonly close: () => void;
  },
): Pick<KeyContext, "choose" | "takeTyped"> {
  return {
    choose: (value) => {
      setText("");
      onChange(multiple ? toggled(values, value) : [value]);
      if (!multiple) close();
    },
    takeTyped: () => {
      const typed = splitTyped(text).filter((value) => !values.includes(value));
      if (!free || typed.length === 0) return;
      onChange(multiple ? [...values, ...typed] : typed.slice(0, 1));
      setText("");
    },
  };
}

interface KeyContext {
  readonly text: string;
  readonly isOpen: boolean;
  readonly active: number;
  readonly found: readonly Option[];
  readonly setOpen: (isOpen: boolean) => void;
  readonly setActive: (active: number) => void;
  readonly choose: (value: string) => void;
  readonly takeTyped: () => void;
}

function keyHandler(
  { free = false, values, onChange }: ComboboxFieldProps,
  context: KeyContext,
): (event: KeyboardEvent) => void {
  const { text, isOpen, active, found, setOpen, setActive, choose, takeTyped } = context;
  const step = (by: number) => {
    if (!isOpen) setOpen(true);
    else setActive((active + by + found.length) % Math.max(1, found.length));
  };
  const take = () => {
    const option = isOpen && !(free && text !== "") ? found[active] : undefined;
    if (option) choose(option.value);
    else takeTyped();
  };
  return (event) => {
    const { key } = event;
    if (event.isComposing) return;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      step(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter" ? isOpen || text !== "" : key === "," && free) {
      event.preventDefault();
      take();
    } else if (key === "Backspace" && text === "" && values.length > 0) {
      onChange(values.slice(0, -1));
    } else if (key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
}

function reveal(popup: HTMLElement | null): void {
  popup?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
}

function toggled(values: readonly string[], value: string): string[] {
  return values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
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
