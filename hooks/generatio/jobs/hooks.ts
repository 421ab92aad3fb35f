import type { App } from "generatio";
import { JOBS } from "./job.ts";

/** Clients see a job whose fate is unknown as running until it is reconciled. */
export function bindJobHooks(app: App): void {
  app.onRecordEnrich(JOBS).bind({
    id: "genShowUnknownAsRunning",
    func: async (event) => {
      const isForSuperuser = event.requestInfo.auth?.collection.name === "_superusers";
      if (!isForSuperuser && event.record.getString("state") === "unknown") {
        event.record.set("state", "running");
      }
      await event.next();
    },
  });
}
