import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { moveItem } from "./move-item.ts";
import { kitTexts } from "./texts.ts";

export interface SortableListProps<Item> {
  readonly label: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  /** What an item is called, for its handle. */
  readonly nameOf: (item: Item) => string;
  readonly onChange: (items: Item[]) => void;
  readonly children: (item: Item, index: number) => ComponentChildren;
}

/** A list whose order is changed by dragging handles, or with the arrow keys on them. */
export function SortableList<Item>(props: SortableListProps<Item>) {
  const { label, items, keyOf, nameOf, onChange, children } = props;
  const list = useRef<HTMLUListElement>(null);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>();
  const [said, setSaid] = useState("");
  const move = (from: number, to: number) => {
    const item = items[from];
    if (from === to || to < 0 || to >= items.length || item === undefined) return;
    onChange(moveItem(items, from, to));
    setSaid(kitTexts.value.moved(nameOf(item), to + 1, items.length));
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: items.length - 1 }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    move(index, to);
    // The moved item is rendered anew elsewhere: the handle keeps the keyboard.
    requestAnimationFrame(() => handleAt(list.current, to)?.focus());
  };
  return (
    <>
      <ul ref={list} class="g-sortable" aria-label={label}>
        {items.map((item, index) => (
          <li
            key={keyOf(item)}
            class="g-sortable-item"
            data-dragged={drag?.from === index ? "" : undefined}
            data-drop={dropMark(drag, index)}
          >
            <button
              type="button"
              class="g-sortable-handle"
              aria-label={kitTexts.value.drag(nameOf(item))}
              title={kitTexts.value.drag(nameOf(item))}
              onKeyDown={(event) => onKeyDown(event, index)}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                setDrag({ from: index, to: index });
              }}
              onPointerMove={(event) => {
                if (drag) setDrag({ from: drag.from, to: itemAt(list.current, event.clientY) });
              }}
              onPointerUp={() => {
                if (drag) move(drag.from, drag.to);
                setDrag(undefined);
              }}
              onPointerCancel={() => setDrag(undefined)}
            >
              <Icon name="drag" />
            </button>
            <div>{children(item, index)}</div>
          </li>
        ))}
      </ul>
      <div class="g-visually-hidden" role="status">
        {said}
      </div>
    </>
  );
}

function dropMark(
  drag: { readonly from: number; readonly to: number } | undefined,
  index: number,
): "before" | "after" | undefined {
  if (!drag || drag.to !== index || drag.from === index) return undefined;
  return drag.to < drag.from ? "before" : "after";
}

function handleAt(list: HTMLElement | null, index: number): HTMLElement | null | undefined {
  return list?.children[index]?.querySelector<HTMLElement>(".g-sortable-handle");
}

/** The item at or nearest to a height of the window. */
function itemAt(list: HTMLElement | null, y: number): number {
  const items = [...(list?.children ?? [])];
  const at = items.findIndex((item) => y < item.getBoundingClientRect().bottom);
  return at < 0 ? items.length - 1 : at;
}
