import { type App, importCollections } from "generatio";

/** Jobs are found by the request that they are at their provider, and by when it was sent. */
export const up = async (app: App): Promise<void> => {
  const { id, indexes } = app.findCollection("jobs");
  const all = [...new Set([...indexes, ...INDEXES])];
  await importCollections(app, [{ id, indexes: all }], false);
};

export const down = async (app: App): Promise<void> => {
  const jobs = app.findCollection("jobs").clone();
  jobs.indexes = jobs.indexes.filter((index) => !INDEXES.includes(index));
  await app.save(jobs);
};

const INDEXES = [
  "CREATE INDEX `idx_jobs_request` ON `jobs` (`provider_request_id`)",
  "CREATE INDEX `idx_jobs_submitted` ON `jobs` (`submitted_at`)",
];
