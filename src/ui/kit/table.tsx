import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { nextOffset, spaceHeight, type VirtualList, visibleRows } from "./virtual-window.ts";

export interface Column {
  readonly id: string;
  readonly head: ComponentChildren;
  /** A CSS grid track: `12rem`, `minmax(8rem, 1fr)`. */
  readonly width: string;
  /** Makes its head a button that is told when it is pressed. */
  readonly onSort?: (() => void) | undefined;
  readonly sorted?: "ascending" | "descending" | undefined;
}

export interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly rowCount: number;
  /** Pixels; every row is as high. */
  readonly rowHeight?: number | undefined;
  /** Undefined while it is not there yet. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly cell: (row: Row, column: Column, index: number) => ComponentChildren;
  readonly isSelected?: ((row: Row) => boolean) | undefined;
  /** Marks rows that have changed a moment ago. */
  readonly isFresh?: ((row: Row) => boolean) | undefined;
  /** A click, Enter or Space on a row. */
  readonly onOpen?: ((row: Row, event: MouseEvent | KeyboardEvent) => void) | undefined;
  /** The rows that come into sight, to be fetched. */
  readonly onVisible?: ((first: number, end: number) => void) | undefined;
}

const ROW_HEIGHT = 38;

/**
 * A table of any length of which only the rows in sight are on the page. Arrows, Page Up and Down, Home and End
 * move among the rows.
 */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rowCount, rowHeight = ROW_HEIGHT, onVisible, onOpen, rowAt } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const viewHeight = useHeight(scroller);
  const [focused, setFocused] = useState(0);
  const list: VirtualList = { rowCount, rowHeight, viewHeight };
  const offset = useOffset(list, scrollTop);
  const shown = visibleRows(list, scrollTop, offset);
  useEffect(() => onVisible?.(shown.first, shown.end), [shown.first, shown.end, rowCount]);
  const focusRow = (index: number) => {
    const target = Math.max(0, Math.min(rowCount - 1, index));
    setFocused(target);
    bringIntoSight(scroller.current, target * rowHeight - offset, rowHeight);
    requestAnimationFrame(() => rowElement(scroller.current, target)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLElement && event.target.dataset["index"] === undefined) return;
    const target = targetOf(event.key, focused, list);
    if (target !== undefined) focusRow(target);
    else if ((event.key === "Enter" || event.key === " ") && onOpen) {
      const row = rowAt(focused);
      if (row !== undefined) onOpen(row, event);
    } else return;
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      class="g-table"
      role="grid"
      aria-label={label}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length}
      style={{ "--columns": columns.map(({ width }) => width).join(" ") }}
      onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <Head columns={columns} />
      <div class="g-table-space" role="rowgroup" style={{ height: `${spaceHeight(list)}px` }}>
        {Array.from({ length: shown.end - shown.first }, (_, at) => (
          <TableRow
            key={shown.first + at}
            {...props}
            index={shown.first + at}
            height={rowHeight}
            top={shown.top + at * rowHeight}
            isFocusable={shown.first + at === Math.min(focused, rowCount - 1)}
            onFocus={() => setFocused(shown.first + at)}
          />
        ))}
      </div>
    </div>
  );
}

/** Carried on from the last time, so that scrolling on is smooth. */
function useOffset(list: VirtualList, scrollTop: number): number {
  const past = useRef({ offset: 0, scrollTop: 0 });
  const offset = nextOffset(list, scrollTop, past.current);
  past.current = { offset, scrollTop };
  return offset;
}

function rowElement(table: HTMLElement | null, index: number): HTMLElement | null | undefined {
  return table?.querySelector<HTMLElement>(`[data-index="${index}"]`);
}

function useHeight(element: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return undefined;
    const observer = new ResizeObserver(() => setHeight(current.clientHeight));
    observer.observe(current);
    setHeight(current.clientHeight);
    return () => observer.disconnect();
  }, []);
  return height;
}

/** The row that a key leads to. */
function targetOf(key: string, focused: number, list: VirtualList): number | undefined {
  const page = Math.max(1, Math.floor(list.viewHeight / list.rowHeight) - 1);
  return {
    ArrowDown: focused + 1,
    ArrowUp: focused - 1,
    PageDown: focused + page,
    PageUp: focused - page,
    Home: 0,
    End: list.rowCount - 1,
  }[key];
}

function Head({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <div class="g-table-head" role="row" aria-rowindex={1}>
      {columns.map((column) => (
        <HeadCell key={column.id} column={column} />
      ))}
    </div>
  );
}

function HeadCell({ column }: { readonly column: Column }) {
  const { head, onSort, sorted } = column;
  return (
    <div class="g-table-cell" role="columnheader" aria-sort={sorted}>
      {onSort ? (
        <button type="button" class="g-table-sort" onClick={onSort}>
          {head}
          {sorted && <Icon name={sorted === "ascending" ? "arrow-up" : "arrow-down"} size={12} />}
        </button>
      ) : (
        head
      )}
    </div>
  );
}

type TableRowProps<Row> = TableProps<Row> & {
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly isFocusable: boolean;
  readonly onFocus: () => void;
};

function TableRow<Row>(props: TableRowProps<Row>) {
  const { index, top, height, columns, cell, isSelected, onOpen, isFocusable, onFocus } = props;
  const row = props.rowAt(index);
  return (
    // The keys are handled by the grid.
    <div
      class="g-table-row"
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={row !== undefined && isSelected ? isSelected(row) : undefined}
      aria-busy={row === undefined || undefined}
      data-fresh={row !== undefined && props.isFresh?.(row) ? "" : undefined}
      tabIndex={isFocusable ? 0 : -1}
      style={{ top: `${top}px`, height: `${height}px` }}
      onFocus={onFocus}
      onClick={(event) => {
        if (row !== undefined) onOpen?.(row, event);
      }}
    >
      {columns.map((column) => (
        <div key={column.id} class="g-table-cell" role="gridcell">
          {row !== undefined && cell(row, column, index)}
        </div>
      ))}
    </div>
  );
}

function bringIntoSight(scroller: HTMLElement | null, top: number, height: number): void {
  if (!scroller) return;
  const head = scroller.firstElementChild?.clientHeight ?? 0;
  const seen = scroller.clientHeight - head;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + height > scroller.scrollTop + seen) scroller.scrollTop = top + height - seen;
}
