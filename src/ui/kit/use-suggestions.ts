import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Completion, Suggestion } from "./completion.ts";

/** The suggestions of a code field: what is offered, and what one does with it. */
export interface Suggesting {
  /** What is offered now; undefined while the list is closed. */
  readonly completion: Completion | undefined;
  /** Index of the one that a key would take. */
  readonly active: number;
  readonly setActive: (active: number) => void;
  /** Asks for what fits at the caret. */
  readonly suggest: () => void;
  readonly take: (suggestion: Suggestion | undefined) => void;
  readonly close: () => void;
}

export interface SuggestedCode {
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** Asked with every key; undefined for no suggestions. */
  readonly complete?: ((code: string, caret: number) => Completion | undefined) | undefined;
}

/** @param input where the code is typed */
export function useSuggestions(
  input: RefObject<HTMLTextAreaElement | null>,
  { value, onInput, complete }: SuggestedCode,
): Suggesting {
  const [completion, setCompletion] = useState<Completion>();
  const [active, setActive] = useState(0);
  const caretAfter = useRef<number>(-1);
  useLayoutEffect(() => {
    // The caret goes behind what was put in, once that is there.
    if (caretAfter.current < 0) return;
    input.current?.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = -1;
    suggest();
  }, [value]);
  const suggest = () => {
    const area = input.current;
    const next = area && complete?.(area.value, area.selectionStart);
    setCompletion(next && next.suggestions.length > 0 ? next : undefined);
    setActive(0);
  };
  const close = () => setCompletion(undefined);
  const take = (suggestion: Suggestion | undefined) => {
    const area = input.current;
    if (!area || !suggestion || !completion) return;
    const before = area.value.slice(0, completion.from) + suggestion.text;
    caretAfter.current = before.length;
    onInput(before + area.value.slice(area.selectionStart));
    close();
  };
  return { completion, active, setActive, suggest, take, close };
}

/** Keys of the list while it is open. @returns whether the key was for it */
export function onSuggestionKey(event: KeyboardEvent, suggesting: Suggesting): boolean {
  return suggesting.completion !== undefined && moveIn(event, suggesting, suggesting.completion);
}

function moveIn(
  event: KeyboardEvent,
  { active, setActive, take, close }: Suggesting,
  { suggestions }: Completion,
): boolean {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) setActive((active + step + suggestions.length) % suggestions.length);
  else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) {
    take(suggestions[active]);
  } else if (event.key === "Escape") {
    event.stopPropagation();
    close();
  } else return false;
  return true;
}
