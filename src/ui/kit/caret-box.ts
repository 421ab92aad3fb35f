import type { Box } from "./place-popup.ts";

/** Where a place of the text of a text area is in the window: its text is laid out once more, invisibly. */
export function caretBox(area: HTMLTextAreaElement, place: number): Box {
  const style = getComputedStyle(area);
  const copy = document.createElement("div");
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    width: `${area.clientWidth}px`,
    padding: style.padding,
    font: style.font,
    tabSize: style.tabSize,
  });
  const mark = document.createElement("span");
  mark.textContent = "|";
  copy.append(area.value.slice(0, place), mark);
  area.parentElement?.append(copy);
  const { offsetLeft, offsetTop, offsetHeight } = mark;
  copy.remove();
  const box = area.getBoundingClientRect();
  return { left: box.left + offsetLeft, top: box.top + offsetTop, width: 0, height: offsetHeight };
}
