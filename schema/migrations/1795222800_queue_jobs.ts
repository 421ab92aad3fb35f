import { type App, importCollections } from "generatio";

/** Jobs can wait for their turn, belong to a batch, be cancelled and be tried again. */
export const up = async (app: App): Promise<void> => {
  const jobs = app.findCollection("jobs");
  const missing = FIELDS.filter(({ name }) => !jobs.findField(name));
  await importCollections(
    app,
    [{ id: jobs.id, fields: [...jobs.fields, ...missing], indexes: [...jobs.indexes, INDEX] }],
    false,
  );
};

/** Takes the fields away with what is in them. */
export const down = async (app: App): Promise<void> => {
  const jobs = app.findCollection("jobs").clone();
  const names = new Set(FIELDS.map(({ name }) => name));
  jobs.fields = jobs.fields.filter(({ name }) => !names.has(name));
  jobs.indexes = jobs.indexes.filter((index) => index !== INDEX);
  await app.save(jobs);
};

const FIELDS = [
  { name: "submitted_at", type: "date" },
  { name: "batch_id", type: "text", max: 50 },
  { name: "priority", type: "number", onlyInt: true },
  { name: "retried_from", type: "text", max: 15 },
];
const INDEX = "CREATE INDEX `idx_jobs_user_batch` ON `jobs` (`user_id`, `batch_id`)";
