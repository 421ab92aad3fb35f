/** Turns the paragraph at the caret from left-to-right to right-to-left, or back. */
export function turnDirection(area: HTMLElement | null): void {
  const block = blockAt(area, document.getSelection()?.anchorNode ?? null);
  if (!block) return;
  if (block.dir === "rtl") block.removeAttribute("dir");
  else block.dir = "rtl";
}

/** The child of the area that holds a node. */
function blockAt(area: HTMLElement | null, node: Node | null): HTMLElement | undefined {
  let block = node;
  while (block && block.parentNode !== area) block = block.parentNode;
  return block instanceof HTMLElement ? block : undefined;
}
