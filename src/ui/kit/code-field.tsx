import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type CodeLanguage, tokenize } from "./code-languages.ts";
import { type ControlAttributes, Field, type FieldProps } from "./field.tsx";
import { SuggestionList } from "./suggestion-list.tsx";
import { kitTexts } from "./texts.ts";
import { useCodeKeys } from "./use-code-keys.ts";
import { type SuggestedCode, type Suggesting, useSuggestions } from "./use-suggestions.ts";

export interface CodeFieldProps extends FieldProps, SuggestedCode {
  readonly language: CodeLanguage;
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
 * Esc closes the list. Ctrl+L selects the line, Ctrl+D the word. In a field of several lines Tab and Shift+Tab move
 * lines in and out once something has been typed or pressed in it, until Esc: who only comes along by Tab changes
 * nothing.
 */
export function CodeField(props: CodeFieldProps) {
  return <Field {...props}>{(control) => <CodeInput {...props} control={control} />}</Field>;
}

function CodeInput({
  control,
  ...props
}: CodeFieldProps & { readonly control: ControlAttributes }) {
  const { value, onInput, language, complete } = props;
  const input = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => fitHeight(input.current), [value]);
  const suggesting = useSuggestions(input, props);
  const keys = useCodeKeys(suggesting, props.onEnter);
  const keysId = `${control.id}-keys`;
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
          aria-describedby={`${control["aria-describedby"] ?? ""} ${keysId}`.trim()}
          ref={input}
          class="g-code-input"
          rows={1}
          value={value}
          spellcheck={false}
          autoComplete="off"
          autoCapitalize="off"
          placeholder={props.placeholder}
          disabled={props.disabled}
          {...(complete && suggestionAttributes(control.id, suggesting))}
          onKeyDown={keys.onKeyDown}
          onClick={keys.onClick}
          onBlur={keys.onBlur}
          onInput={(event) => {
            keys.begin();
            onInput(event.currentTarget.value);
            suggesting.suggest();
          }}
        />
      </div>
      <span id={keysId} hidden>
        {!props.onEnter && kitTexts.value.codeKeys}
      </span>
      {complete && <SuggestionList id={control.id} input={input} suggesting={suggesting} />}
    </div>
  );
}

/** Tie the text area to the list of what is suggested. */
function suggestionAttributes(id: string, { completion, active }: Suggesting) {
  return {
    "aria-autocomplete": "list" as const,
    "aria-haspopup": "listbox" as const,
    "aria-controls": `${id}-options`,
    "aria-activedescendant": completion && `${id}-${active}`,
  };
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
