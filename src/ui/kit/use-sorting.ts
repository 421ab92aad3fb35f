import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { moveItem } from "./move-item.ts";
import { kitTexts } from "./texts.ts";

export interface SortingOptions<Item> {
  /** Whose children are the items, in their order. */
  readonly list: RefObject<HTMLElement | null>;
  readonly items: readonly Item[];
  /** What an item is called. */
  readonly nameOf: (item: Item) => string;
  readonly onChange: (items: Item[]) => void;
}

/** An order that is changed by dragging handles, or with the arrow keys on them. */
export interface Sorting {
  /** What the handle of an item listens to; it must have the attribute `data-handle`. */
  readonly handle: (index: number) => {
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: () => void;
    readonly onPointerCancel: () => void;
  };
  readonly isDragged: (index: number) => boolean;
  /** On which side of an item the dragged one would land. */
  readonly dropMark: (index: number) => "before" | "after" | undefined;
  /** Tells of the last move those who do not see it. */
  readonly said: string;
}

export function useSorting<Item>(options: SortingOptions<Item>): Sorting {
  const { list, items, nameOf, onChange } = options;
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>();
  const [said, setSaid] = useState("");
  const move = (from: number, to: number) => {
    const item = items[from];
    if (from === to || to < 0 || to >= items.length || item === undefined) return;
    onChange(moveItem(items, from, to));
    setSaid(kitTexts.value.moved(nameOf(item), to + 1, items.length));
  };
  const handle: Sorting["handle"] = (index) => ({
    onKeyDown: (event) => {
      const to = targetOf(event.key, index, items.length);
      if (to === undefined) return;
      event.preventDefault();
      move(index, to);
      // The moved item is rendered anew elsewhere: the handle keeps the keyboard.
      requestAnimationFrame(() => handleAt(list.current, to)?.focus());
    },
    onPointerDown: ({ currentTarget, pointerId }) => {
      if (currentTarget instanceof Element) currentTarget.setPointerCapture(pointerId);
      setDrag({ from: index, to: index });
    },
    onPointerMove: ({ clientX, clientY }) => {
      if (drag) setDrag({ from: drag.from, to: itemAt(list.current, clientX, clientY) });
    },
    onPointerUp: () => {
      if (drag) move(drag.from, drag.to);
      setDrag(undefined);
    },
    onPointerCancel: () => setDrag(undefined),
  });
  return {
    handle,
    isDragged: (index) => drag?.from === index,
    dropMark: (index) => dropMark(drag, index),
    said,
  };
}

function targetOf(key: string, index: number, count: number): number | undefined {
  if (key === "ArrowUp" || key === "ArrowLeft") return index - 1;
  if (key === "ArrowDown" || key === "ArrowRight") return index + 1;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}

function dropMark(
  drag: { readonly from: number; readonly to: number } | undefined,
  index: number,
): "before" | "after" | undefined {
  if (!drag || drag.to !== index || drag.from === index) return undefined;
  return drag.to < drag.from ? "before" : "after";
}

function handleAt(list: HTMLElement | null, index: number): HTMLElement | null | undefined {
  return list?.children[index]?.querySelector<HTMLElement>("[data-handle]");
}

/** The item at or nearest to a place of the window; items may stand in several rows. */
function itemAt(list: HTMLElement | null, x: number, y: number): number {
  const boxes = [...(list?.children ?? [])].map((item) => item.getBoundingClientRect());
  const first = boxes.findIndex(({ bottom }) => y < bottom);
  if (first < 0) return boxes.length - 1;
  const next = boxes.findIndex(({ top }, at) => at > first && top >= boxes[first]!.bottom);
  const row = boxes.slice(first, next < 0 ? boxes.length : next);
  const inRow = row.findIndex(({ right }) => x < right);
  return first + (inRow < 0 ? row.length - 1 : inRow);
}
