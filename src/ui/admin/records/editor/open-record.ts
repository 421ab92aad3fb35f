import { signal } from "@preact/signals";
import type { CollectionModel, RecordModel } from "pocketbase";

/** What a panel shows. */
export interface RecordRequest {
  readonly collection: CollectionModel;
  /** Undefined for a new one. */
  readonly record?: RecordModel | undefined;
  /** Edited values that a new one begins with. */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
}

/** A panel on the page. */
export interface OpenRecord extends RecordRequest {
  readonly number: number;
  /** @param saved the record as it is stored now; undefined when nothing was saved or it is gone */
  readonly done: (saved: RecordModel | undefined) => void;
}

const panels = signal<readonly OpenRecord[]>([]);
let lastNumber = 0;

/** The open panels, the topmost last. */
export function openRecords(): readonly OpenRecord[] {
  return panels.value;
}

/** Opens the editor of a record. @returns what was saved in it, when it is closed */
export function openRecord(request: RecordRequest): Promise<RecordModel | undefined> {
  return new Promise((resolve) => {
    const number = ++lastNumber;
    const done = (saved: RecordModel | undefined) => {
      panels.value = panels.peek().filter((each) => each.number !== number);
      resolve(saved);
    };
    panels.value = [...panels.peek(), { ...request, number, done }];
  });
}
