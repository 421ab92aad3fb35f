import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { kitTexts } from "./texts.ts";
import { useSorting } from "./use-sorting.ts";

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
  const { label, items, keyOf, nameOf, children } = props;
  const list = useRef<HTMLUListElement>(null);
  const sorting = useSorting({ ...props, list });
  return (
    <>
      <ul ref={list} class="g-sortable" aria-label={label}>
        {items.map((item, index) => (
          <li
            key={keyOf(item)}
            class="g-sortable-item"
            data-dragged={sorting.isDragged(index) ? "" : undefined}
            data-drop={sorting.dropMark(index)}
          >
            <button
              type="button"
              class="g-sortable-handle"
              data-handle=""
              aria-label={kitTexts.value.drag(nameOf(item))}
              title={kitTexts.value.drag(nameOf(item))}
              {...sorting.handle(index)}
            >
              <Icon name="drag" />
            </button>
            <div>{children(item, index)}</div>
          </li>
        ))}
      </ul>
      <div class="g-visually-hidden" role="status">
        {sorting.said}
      </div>
    </>
  );
}
