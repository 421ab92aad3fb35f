import type { App } from "../app.ts";
import { ApiError, badRequest, ValidationError } from "../lib/errors.ts";
import type { RecordModel } from "../records/record.ts";

/** Saves a record; what is not meant for clients becomes a 400 with this message, its field problems stay. */
export async function saveOrRefuse(app: App, record: RecordModel, message: string): Promise<void> {
  try {
    await app.save(record);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw badRequest(message, {
      data: error instanceof ValidationError ? error.errors : {},
      cause: error,
    });
  }
}
