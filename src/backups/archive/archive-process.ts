/** The program of the process that archives: does one order of its parent, and ends with it. */
import type { ArchiveAnswer, ArchiveOrder } from "./archive-job.ts";
import { checkDatabases } from "./check-databases.ts";
import { inspectArchive, InvalidArchiveError, unpackArchive } from "./read-archive.ts";
import { writeArchive } from "./write-archive.ts";

process.once("message", (order) => {
  void answer(order as ArchiveOrder).then((reply) => process.send!(reply));
});
// A parent that was killed leaves nobody behind.
process.once("disconnect", () => process.exit());

async function answer(order: ArchiveOrder): Promise<ArchiveAnswer> {
  try {
    return await carryOut(order);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { error: text, isInvalid: error instanceof InvalidArchiveError };
  }
}

async function carryOut(order: ArchiveOrder): Promise<ArchiveAnswer> {
  switch (order.kind) {
    case "write":
      return { written: await writeArchive(order.archive) };
    case "inspect":
      await inspectArchive(order.unpacking);
      return {};
    case "unpack":
      await unpackArchive(order.unpacking);
      checkDatabases(order.unpacking.into, order.logId);
      return {};
  }
}
