import { type App, importCollections } from "generatio";

/** Waiting jobs can be moved. */
export const up = async (app: App): Promise<void> => {
  const { id, fields, ...jobs } = app.findCollection("jobs");
  const hasRank = fields.some(({ name }) => name === RANK.name);
  if (hasRank) return;
  await importCollections(app, [{ id, fields: [...fields, RANK], indexes: jobs.indexes }], false);
};

/** Takes the order away. */
export const down = async (app: App): Promise<void> => {
  const jobs = app.findCollection("jobs").clone();
  jobs.fields = jobs.fields.filter(({ name }) => name !== RANK.name);
  await app.save(jobs);
};

const RANK = { name: "rank", type: "number", hidden: true };
