import type { Product } from "../product.ts";
import { isSettled, JOBS } from "./job.ts";
import { NOTHING_TAKEN, settleJob } from "./settle.ts";

/** Who is told of a job's changes, and what clients see of them. */
export function bindJobHooks(product: Product): void {
  const { app, watch } = product;
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
  app.onRecordDelete(JOBS).bind({
    // With an account its jobs go, too: what is held for them must not stay held for ever.
    id: "genSettleDeletedJob",
    func: async (event) => {
      await event.next();
      const { record: job } = event;
      // One at work is settled by its run, which learns what it cost.
      if (product.jobs.isAtWork(job.id) || isSettled(job)) return;
      product.jobs.withdraw(job.id);
      await settleJob(product, event.app, { job, ending: { state: "canceled", ...NOTHING_TAKEN } });
    },
  });
}
