/** Reads what strace printed with `-f -yy -xx`. */

export interface SystemCall {
  readonly name: string;
  /** What the descriptor stands for: a file's path, `pipe:[…]`, `TCP:[…]`. */
  readonly target: string;
  /** The bytes handed over, one character each; empty when there are none. */
  readonly bytes: string;
  /** Positions in the trace: a call that another thread interrupted starts before it ends. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly succeeded: boolean;
}

/** The trace's calls in the order in which they ended. */
export function parseTrace(text: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, { head: string; startedAt: number }>();
  text.split("\n").forEach((line, position) => {
    const [, thread, rest] = /^(\d+)\s+(.*)$/s.exec(line) ?? [];
    if (thread === undefined || rest === undefined) return;
    const started = /^(.*) <unfinished \.\.\.>$/s.exec(rest);
    if (started) {
      unfinished.set(thread, { head: started[1]!, startedAt: position });
      return;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/s.exec(rest);
    const before = resumed ? unfinished.get(thread) : undefined;
    if (resumed) unfinished.delete(thread);
    const whole = before && resumed ? before.head + resumed[1]! : rest;
    const call = parseCall(whole, before?.startedAt ?? position, position);
    if (call) calls.push(call);
  });
  return calls;
}

function parseCall(text: string, startedAt: number, endedAt: number): SystemCall | undefined {
  const match = /^(\w+)\((?:\d+)<([^>]*)>(.*)= (-?\d+)(?: .*)?$/s.exec(text);
  if (!match) return undefined;
  const [, name = "", target = "", rest = "", result] = match;
  const bytes = [...rest.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex]) => decode(hex!));
  return {
    name,
    target: decode(target),
    bytes: bytes.join(""),
    startedAt,
    endedAt,
    succeeded: Number(result) >= 0,
  };
}

function decode(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
