import type { SystemCall } from "./trace.ts";

export interface DurabilityQuestion {
  /** A text that is in the row and in the answer, and nowhere else. */
  readonly markers: readonly string[];
  /** Recognises the write-ahead log by its path. */
  readonly isLog: (path: string) => boolean;
  /** Recognises what answers are sent to: a pipe or a socket. */
  readonly isAnswer: (target: string) => boolean;
}

const SYNCS: ReadonlySet<string> = new Set(["fsync", "fdatasync"]);
const FRAME_HEADER_BYTES = 24;

/**
 * Checks by the system calls alone that every answered write was on the disk before its answer left: the
 * frames of its transaction, up to the one that commits it, were written to the log and synced by a call that
 * began after the last of them and ended before the answer began.
 *
 * @returns a sentence for each answer that came too early
 * @throws Error when a marker was not answered at all
 */
export function findUnsafeAnswers(
  calls: readonly SystemCall[],
  question: DurabilityQuestion,
): string[] {
  const log = calls.filter((call) => call.succeeded && question.isLog(call.target));
  const writes = log.filter((call) => call.name.startsWith("pwrite"));
  const syncs = log.filter((call) => SYNCS.has(call.name));
  const answers = calls.filter((call) => question.isAnswer(call.target) && call.bytes !== "");
  return question.markers.flatMap((marker) => {
    const answer = answers.find((call) => call.bytes.includes(marker));
    // Not a finding: whoever asks looks at the wrong place, and would find every defect that way.
    if (!answer) throw new Error(`no answer with ${marker} was seen in the trace`);
    const problem = findProblem({ marker, answer, writes, syncs });
    return problem ? [`${marker}: ${problem}`] : [];
  });
}

function findProblem(seen: {
  marker: string;
  answer: SystemCall;
  writes: readonly SystemCall[];
  syncs: readonly SystemCall[];
}): string | undefined {
  const { marker, answer, writes, syncs } = seen;
  const page = writes.findIndex((call) => call.bytes.includes(marker));
  if (page < 0) return "answered, but never written to the log";
  // A frame is written as its header and then its page, so the page that commits follows its header.
  const commit = writes.findIndex((call, index) => index >= page - 1 && isCommitHeader(call));
  const last = commit < 0 ? undefined : writes[commit + 1];
  if (!last) return "answered, but its transaction was never committed in the log";
  if (last.endedAt > answer.startedAt) return "answered before it was written to the log";
  const isSynced = syncs.some(
    (sync) => sync.startedAt > last.endedAt && sync.endedAt < answer.startedAt,
  );
  return isSynced ? undefined : "answered before the log was synced";
}

/** The second word of a frame's header is the size of the database after the commit, or 0 (SQLite: walformat). */
function isCommitHeader(call: SystemCall): boolean {
  return call.bytes.length === FRAME_HEADER_BYTES && call.bytes.slice(4, 8) !== "\0\0\0\0";
}
