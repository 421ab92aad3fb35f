import { useRef, useState } from "preact/hooks";
import type { RecordList } from "./record-list.ts";

/** Which records of a list are selected, by id: they stay so while rows come, go and move. */
export interface Selection {
  readonly ids: readonly string[];
  readonly has: (id: string) => boolean;
  /** @param withRange selects everything from the last one that was selected to this one */
  readonly toggle: (id: string, withRange?: boolean) => void;
  readonly set: (ids: readonly string[]) => void;
}

export function useSelection(list: RecordList | undefined): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string>(undefined);
  const toggle = (id: string, withRange = false) => {
    const between = withRange ? rangeOf(list, last.current, id) : [id];
    const next = new Set(ids);
    const isOn = withRange || !ids.has(id);
    for (const each of between) {
      if (isOn) next.add(each);
      else next.delete(each);
    }
    last.current = id;
    setIds(next);
  };
  return {
    ids: [...ids],
    has: (id) => ids.has(id),
    toggle,
    set: (next) => setIds(new Set(next)),
  };
}

/** The ids of all rows from one to another, as far as they are known. */
function rangeOf(list: RecordList | undefined, from: string | undefined, to: string): string[] {
  const start = from === undefined ? undefined : list?.indexOf(from);
  const end = list?.indexOf(to);
  if (!list || start === undefined || end === undefined) return [to];
  const [first, last] = start < end ? [start, end] : [end, start];
  return Array.from({ length: last - first + 1 }, (_, at) => list.at(first + at)?.id).filter(
    (id) => id !== undefined,
  );
}
