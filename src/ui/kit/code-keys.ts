/** Spaces of one step. */
const STEP = "  ";

/**
 * The keys of editors of code: Ctrl+L selects the line, again the next one too; Ctrl+D the word; Tab and Shift+Tab
 * move lines in and out. What is typed this way is undone like the rest.
 *
 * @returns whether the key did something
 */
export function editByKey(
  event: KeyboardEvent,
  area: HTMLTextAreaElement,
  { indents }: { readonly indents: boolean },
): boolean {
  const isControl = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (isControl && key === "l") select(area, lineAt(area.value, area));
  else if (isControl && key === "d") select(area, wordAt(area.value, area.selectionStart));
  else if (event.key === "Tab" && indents && !isControl && !event.altKey) {
    shiftLines(area, event.shiftKey);
  } else return false;
  return true;
}

/** From one character to another, which is not in it. */
interface Span {
  readonly selectionStart: number;
  readonly selectionEnd: number;
}

function select(area: HTMLTextAreaElement, { selectionStart, selectionEnd }: Span): void {
  area.setSelectionRange(selectionStart, selectionEnd);
}

/** The lines that a selection touches, with the end of the last. */
export function lineAt(text: string, { selectionStart, selectionEnd }: Span): Span {
  const end = text.indexOf("\n", selectionEnd);
  return {
    selectionStart: text.lastIndexOf("\n", selectionStart - 1) + 1,
    selectionEnd: end < 0 ? text.length : end + 1,
  };
}

/** The letters, digits and underscores around a place. */
export function wordAt(text: string, place: number): Span {
  const before = /[\p{L}\p{N}_]*$/u.exec(text.slice(0, place))?.[0].length ?? 0;
  const after = /^[\p{L}\p{N}_]*/u.exec(text.slice(place))?.[0].length ?? 0;
  return { selectionStart: place - before, selectionEnd: place + after };
}

function shiftLines(area: HTMLTextAreaElement, isBack: boolean): void {
  const { selectionStart, selectionEnd, value } = area;
  if (!isBack && selectionStart === selectionEnd) {
    document.execCommand("insertText", false, STEP);
    return;
  }
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const before = value.slice(start, selectionEnd);
  const after = isBack ? before.replaceAll(/^ {1,2}/gm, "") : before.replaceAll(/^/gm, STEP);
  if (after === before) return;
  area.setSelectionRange(start, selectionEnd);
  document.execCommand("insertText", false, after);
  area.setSelectionRange(start, start + after.length);
}
