import type { App } from "../app.ts";
import { firstProblem, oneOf, required } from "../lib/checks.ts";
import { ValidationError } from "../lib/errors.ts";
import { randomLowerText } from "../lib/id.ts";
import { S3Driver } from "./storage/s3.ts";

/**
 * Stores and deletes a small file in one of the buckets that the settings name, for `storage` or `backups`
 * (PocketBase: forms/test_s3_filesystem.go).
 *
 * @throws ValidationError for another name; Error with the reason when the bucket cannot be used
 */
export async function testS3(app: App, filesystem: string): Promise<void> {
  const found = firstProblem(filesystem, [required, oneOf(["storage", "backups"])]);
  if (found) throw new ValidationError({ filesystem: found });
  const { s3, backups } = app.settings;
  const settings = filesystem === "backups" ? backups.s3 : s3;
  if (!settings.enabled) throw new Error("S3 storage filesystem is not enabled");
  const driver = explain("failed to initialize the S3 filesystem", () => new S3Driver(settings));
  const prefix = `pb_settings_test_${randomLowerText(5)}`;
  await explainLater("failed to upload a test file", () =>
    driver.put(`${prefix}/test.txt`, [Buffer.from("test")], { contentType: "text/plain" }),
  );
  await explainLater("failed to delete a test file", () => driver.deletePrefix(prefix));
}

function explain<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withReason(what, error);
  }
}

async function explainLater(what: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => {
    throw withReason(what, error);
  });
}

function withReason(what: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`${what}: ${reason}`, { cause: error });
}
