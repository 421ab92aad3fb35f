import type { App } from "../app.ts";
import { RecordModel } from "../records/record.ts";

/** For an app whose changes nobody is told of: they take no place that others would wait for. */
export function leaveCommitOrder(app: App): void {
  const { events, changes } = app;
  for (const hook of [
    events.onModelAfterCreateSuccess,
    events.onModelAfterCreateError,
    events.onModelAfterUpdateSuccess,
    events.onModelAfterUpdateError,
    events.onModelAfterDeleteSuccess,
    events.onModelAfterDeleteError,
  ]) {
    hook.bindFunc(async (event) => {
      if (event.model instanceof RecordModel) changes.order.gone(event.model);
      await event.next();
    });
  }
}
