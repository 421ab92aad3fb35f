import { useRef } from "preact/hooks";
import { editByKey } from "./code-keys.ts";
import { onSuggestionKey, type Suggesting } from "./use-suggestions.ts";

/** What the text area of a code field does with keys and presses. */
export interface CodeKeys {
  /** Something has been typed. */
  readonly begin: () => void;
  readonly onKeyDown: (
    event: KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement },
  ) => void;
  readonly onClick: () => void;
  readonly onBlur: () => void;
}

/**
 * Keys of a code field: those of the list while it is open, then those of an editor. Tab belongs to the code only
 * from the first change or press to Esc, so that the keyboard gets past the field.
 *
 * @param onEnter makes it a field of one line
 */
export function useCodeKeys(suggesting: Suggesting, onEnter: (() => void) | undefined): CodeKeys {
  const isEditing = useRef(false);
  const begin = () => {
    isEditing.current = onEnter === undefined;
  };
  const onKeyDown: CodeKeys["onKeyDown"] = (event) => {
    if (event.isComposing) return;
    if (onSuggestionKey(event, suggesting)) event.preventDefault();
    else if (event.key === "Enter" && onEnter && !event.shiftKey) {
      event.preventDefault();
      onEnter();
    } else if (event.key === "Escape" && isEditing.current) {
      // The dialog around it stays open for this one.
      event.stopPropagation();
      isEditing.current = false;
    } else if (editByKey(event, event.currentTarget, { indents: isEditing.current })) {
      event.preventDefault();
    }
  };
  return {
    begin,
    onKeyDown,
    onClick: () => {
      begin();
      suggesting.close();
    },
    onBlur: () => {
      isEditing.current = false;
      suggesting.close();
    },
  };
}
