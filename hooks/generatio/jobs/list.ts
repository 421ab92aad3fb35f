import type { RecordModel } from "generatio";
import type { Product } from "../product.ts";
import { JOBS } from "./job.ts";

/** Which of a user's jobs are wanted; empty texts for all. */
export interface JobQuery {
  /** As clients see the states. */
  readonly states: readonly string[];
  readonly batchId: string;
  /** Only jobs written after this, as PocketBase writes dates. */
  readonly since: string;
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
}

export interface JobPage {
  readonly jobs: readonly RecordModel[];
  readonly total: number;
}

/** A user's jobs, the newest first. */
export async function listJobs(
  { app }: Product,
  userId: string,
  query: JobQuery,
): Promise<JobPage> {
  const { filter, params } = conditionsOf(userId, query);
  const options = {
    params,
    sort: "-created,-id",
    limit: query.perPage,
    offset: (query.page - 1) * query.perPage,
  };
  const [jobs, total] = await Promise.all([
    app.findRecordsByFilter(JOBS, filter, options),
    app.countRecords(JOBS, filter, params),
  ]);
  return { jobs, total };
}

function conditionsOf(userId: string, query: JobQuery) {
  const params: Record<string, string> = { userId };
  const parts = ["user_id = {:userId}"];
  if (query.states.length > 0) {
    const stored = query.states.flatMap((state) =>
      state === "running" ? ["running", "unknown"] : [state],
    );
    stored.forEach((state, index) => (params[`state${index}`] = state));
    parts.push(`(${stored.map((_state, index) => `state = {:state${index}}`).join(" || ")})`);
  }
  if (query.batchId !== "") {
    params["batchId"] = query.batchId;
    parts.push("batch_id = {:batchId}");
  }
  if (query.since !== "") {
    params["since"] = query.since;
    parts.push("updated > {:since}");
  }
  return { filter: parts.join(" && "), params };
}
