import { useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { kitTexts } from "./texts.ts";
import { useSorting } from "./use-sorting.ts";

interface ChipsProps {
  /** In their order, each once. */
  readonly values: readonly string[];
  readonly labelOf: (value: string) => string;
  readonly onChange: (values: string[]) => void;
  readonly disabled?: boolean | undefined;
}

/** Chosen values, each with a button that takes it back. */
export function Chips(props: ChipsProps) {
  return props.values.map((value) => <Chip key={value} {...props} value={value} />);
}

/** The same, in an order of one's own: chips are dragged, or moved with the arrow keys. */
export function SortableChips(props: ChipsProps) {
  const { values, labelOf } = props;
  const list = useRef<HTMLSpanElement>(null);
  const sorting = useSorting({ list, items: values, nameOf: labelOf, onChange: props.onChange });
  return (
    <>
      <span ref={list} class="g-chips">
        {values.map((value, index) => (
          <Chip
            key={value}
            {...props}
            value={value}
            handle={sorting.handle(index)}
            isDragged={sorting.isDragged(index)}
            drop={sorting.dropMark(index)}
          />
        ))}
      </span>
      <span class="g-visually-hidden" role="status">
        {sorting.said}
      </span>
    </>
  );
}

type ChipProps = ChipsProps & {
  readonly value: string;
  /** Makes it movable. */
  readonly handle?: ReturnType<ReturnType<typeof useSorting>["handle"]>;
  readonly isDragged?: boolean;
  readonly drop?: "before" | "after" | undefined;
};

function Chip({ value, values, labelOf, onChange, disabled, handle, isDragged, drop }: ChipProps) {
  const label = labelOf(value);
  const { remove, drag } = kitTexts.value;
  return (
    <span class="g-chip" data-dragged={isDragged ? "" : undefined} data-drop={drop}>
      {handle && !disabled ? (
        <button
          type="button"
          class="g-chip-handle"
          data-handle=""
          aria-label={drag(label)}
          title={drag(label)}
          onClick={(event) => event.stopPropagation()}
          {...handle}
        >
          {label}
        </button>
      ) : (
        <span>{label}</span>
      )}
      {!disabled && (
        <button
          type="button"
          aria-label={remove(label)}
          title={remove(label)}
          onClick={(event) => {
            event.stopPropagation();
            onChange(values.filter((each) => each !== value));
          }}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  );
}
