import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type CodeLanguage, tokenize } from "./code-languages.ts";
import type { Completion, Suggestion } from "./completion.ts";
import { type ControlAttributes, Field, type FieldProps } from "./field.tsx";
import { kitTexts } from "./texts.ts";
import { caretBox } from "./caret-box.ts";
import { placePopup } from "./place-popup.ts";

export interface CodeFieldProps extends FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly language: CodeLanguage;
  /** Asked with every key; undefined for no suggestions. */
  readonly complete?: ((code: string, caret: number) => Completion | undefined) | undefined;
  /** Enter does this instead of a new line; Shift+Enter still makes one. */
  readonly onEnter?: (() => void) | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** CSS height to begin with. */
  readonly minHeight?: string | undefined;
  readonly maxHeight?: string | undefined;
}

/**
 * Code with colours and suggestions, in a plain text area: arrows choose a suggestion, Enter or Tab takes it,
 * Esc closes the list. Tab leaves the field otherwise.
 */
export function CodeField(props: CodeFieldProps) {
  return <Field {...props}>{(control) => <CodeInput {...props} control={control} />}</Field>;
}

function CodeInput({
  control,
  ...props
}: CodeFieldProps & { readonly control: ControlAttributes }) {
  const { value, onInput, language, complete, onEnter } = props;
  const input = useRef<HTMLTextAreaElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const [completion, setCompletion] = useState<Completion>();
  const [active, setActive] = useState(0);
  const caretAfter = useRef<number>(-1);
  useLayoutEffect(() => fitHeight(input.current), [value]);
  useLayoutEffect(() => {
    // The caret goes behind what was put in, once that is there.
    if (caretAfter.current < 0) return;
    input.current?.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = -1;
    suggest();
  }, [value]);
  useLayoutEffect(() => showAtCaret(popup.current, input.current, completion), [completion]);
  useEffect(() => {
    popup.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const suggest = () => {
    const area = input.current;
    const next = area && complete?.(area.value, area.selectionStart);
    setCompletion(next && next.suggestions.length > 0 ? next : undefined);
    setActive(0);
  };
  const take = (suggestion: Suggestion | undefined) => {
    const area = input.current;
    if (!area || !suggestion || !completion) return;
    const before = area.value.slice(0, completion.from) + suggestion.text;
    caretAfter.current = before.length;
    onInput(before + area.value.slice(area.selectionStart));
    setCompletion(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (completion && moveIn(event, completion)) event.preventDefault();
    else if (event.key === "Enter" && onEnter && !event.shiftKey) {
      event.preventDefault();
      onEnter();
    }
  };
  const moveIn = (event: KeyboardEvent, { suggestions }: Completion): boolean => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setActive((active + step + suggestions.length) % suggestions.length);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey))
      take(suggestions[active]);
    else if (event.key === "Escape") {
      event.stopPropagation();
      setCompletion(undefined);
    } else return false;
    return true;
  };
  return (
    <div
      class="g-code"
      data-invalid={props.error ? "" : undefined}
      data-disabled={props.disabled ? "" : undefined}
      style={{ "--code-min-height": props.minHeight, "--code-max-height": props.maxHeight }}
    >
      <div class="g-code-scroll">
        <Paint code={value} language={language} />
        <textarea
          {...control}
          ref={input}
          class="g-code-input"
          rows={1}
          value={value}
          spellcheck={false}
          autoComplete="off"
          autoCapitalize="off"
          placeholder={props.placeholder}
          disabled={props.disabled}
          aria-autocomplete={complete && "list"}
          aria-haspopup={complete && "listbox"}
          aria-controls={complete && `${control.id}-options`}
          aria-activedescendant={completion && `${control.id}-${active}`}
          onInput={(event) => {
            onInput(event.currentTarget.value);
            suggest();
          }}
          onKeyDown={onKeyDown}
          onClick={() => setCompletion(undefined)}
          onBlur={() => setCompletion(undefined)}
        />
      </div>
      {complete && (
        <div
          ref={popup}
          id={`${control.id}-options`}
          class="g-popup"
          popover="manual"
          role="listbox"
          // It may scroll. Tab takes a suggestion, so nobody gets here by it.
          tabIndex={0}
          aria-label={kitTexts.value.suggestions}
          onMouseDown={(event) => event.preventDefault()}
        >
          {completion?.suggestions.map((suggestion, index) => (
            // The input has the focus and the keys; the option is only pointed at.
            <div
              key={suggestion.text}
              id={`${control.id}-${index}`}
              class="g-option"
              role="option"
              aria-selected={index === active}
              data-active={index === active ? "" : undefined}
              onClick={() => take(suggestion)}
            >
              <code>{suggestion.text}</code>
              {suggestion.note && <span class="g-option-note">{suggestion.note}</span>}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function Paint({ code, language }: { readonly code: string; readonly language: CodeLanguage }) {
  return (
    <pre class="g-code-paint" aria-hidden="true">
      {tokenize(code, language).map(({ kind, text }, index) => (
        <span key={index} class={kind === "plain" ? undefined : `g-token-${kind}`}>
          {text}
        </span>
      ))}
      {/* A last empty line has no height of its own. */}
      {"\n"}
    </pre>
  );
}

function fitHeight(area: HTMLTextAreaElement | null): void {
  if (!area) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}

function showAtCaret(
  popup: HTMLElement | null,
  area: HTMLTextAreaElement | null,
  completion: Completion | undefined,
): void {
  if (!popup || !area) return;
  const isShown = popup.matches(":popover-open");
  if (!completion) {
    if (isShown) popup.hidePopover();
    return;
  }
  if (!isShown) popup.showPopover();
  const size = { width: popup.offsetWidth, height: popup.offsetHeight };
  const window = { width: document.documentElement.clientWidth, height: innerHeight };
  const { left, top } = placePopup(caretBox(area, completion.from), size, { window });
  popup.style.left = `${left}px`;
  popup.style.top = `${top}px`;
}

/** Code to read, with colours. */
export function CodeBlock({
  code,
  language,
  children,
}: {
  readonly code: string;
  readonly language: CodeLanguage;
  /** A button in the corner. */
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="g-code-block" tabIndex={0}>
      {children}
      <pre>
        {tokenize(code, language).map(({ kind, text }, index) => (
          <span key={index} class={kind === "plain" ? undefined : `g-token-${kind}`}>
            {text}
          </span>
        ))}
      </pre>
    </div>
  );
}
