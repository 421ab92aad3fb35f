import type { Product } from "../product.ts";
import { JOBS } from "./job.ts";

/** Who is told of a job's changes, and what clients see of them. */
export function bindJobHooks({ app, watch }: Product): void {
  app.onRecordEnrich(JOBS).bind({
    // Clients see a job whose fate is unknown as running until it is reconciled.
    id: "genShowUnknownAsRunning",
    func: async (event) => {
      const isForSuperuser = event.requestInfo.auth?.collection.name === "_superusers";
      if (!isForSuperuser && event.record.getString("state") === "unknown") {
        event.record.set("state", "running");
      }
      await event.next();
    },
  });
  app.onRecordAfterUpdateSuccess(JOBS).bind({
    id: "genTellJobWatchers",
    func: async (event) => {
      watch.changed(event.record.id);
      await event.next();
    },
  });
}
