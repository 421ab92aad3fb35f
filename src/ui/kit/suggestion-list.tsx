import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { caretBox } from "./caret-box.ts";
import type { Completion } from "./completion.ts";
import { placePopup } from "./place-popup.ts";
import { kitTexts } from "./texts.ts";
import type { Suggesting } from "./use-suggestions.ts";

/** What is offered at the caret of a code field. */
export function SuggestionList({
  id,
  input,
  suggesting: { completion, active, take },
}: {
  readonly id: string;
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly suggesting: Suggesting;
}) {
  const popup = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => showAtCaret(popup.current, input.current, completion), [completion]);
  useEffect(() => {
    popup.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div
      ref={popup}
      id={`${id}-options`}
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
          id={`${id}-${index}`}
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
  );
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
