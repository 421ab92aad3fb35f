import type { RecordModel } from "pocketbase";

type Listener = (action: "create" | "update" | "delete", record: RecordModel) => void;

const listeners = new Set<Listener>();

/** Hears of records that this page itself has changed, sooner than the server tells. @returns ends it */
export function onRecordChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function announceChange(...change: Parameters<Listener>): void {
  for (const listener of listeners) listener(...change);
}
