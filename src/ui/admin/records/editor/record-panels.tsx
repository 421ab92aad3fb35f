import { openRecords } from "./open-record.ts";
import { RecordPanel } from "./record-panel.tsx";
import { ViewPanel } from "./view-panel.tsx";

/** The records that are open, one above the other. */
export function RecordPanels() {
  return (
    <>
      {openRecords().map((open) =>
        open.collection.type === "view" ? (
          <ViewPanel key={open.number} {...open} />
        ) : (
          <RecordPanel key={open.number} {...open} />
        ),
      )}
    </>
  );
}
