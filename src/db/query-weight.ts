/** One instruction of a statement's program, as SQLite's EXPLAIN lists it. */
export interface Instruction {
  readonly addr: number;
  readonly opcode: string;
  readonly p1: number;
  readonly p2: number;
}

interface Loop {
  readonly from: number;
  readonly to: number;
  /** How many times it is likely to go round. */
  readonly rounds: number;
}

/** A search by an index that is not unique, a list in a JSON value, a materialised result. */
const UNKNOWN_ROUNDS = 10;
const LOOP_ENDS: ReadonlySet<string> = new Set(["Next", "Prev", "VNext", "SorterNext"]);
const FULL_LOOP_STARTS: ReadonlySet<string> = new Set(["Rewind", "Last"]);

/**
 * How many rows a statement would touch if it ran to its end: the product over nested loops, where a loop
 * over a whole table counts the table's rows. A recursion may have no end.
 *
 * @param rowsAt the number of rows of the table or index whose tree begins at a page
 */
export function estimateVisits(
  program: readonly Instruction[],
  rowsAt: (rootPage: number) => number,
): number {
  if (program.some((instruction) => isRecursion(instruction, program)))
    return Number.POSITIVE_INFINITY;
  const roots = new Map<number, number>();
  const full = new Set<number>();
  for (const { opcode, p1, p2 } of program) {
    if (opcode === "OpenRead") roots.set(p1, p2);
    if (FULL_LOOP_STARTS.has(opcode)) full.add(p1);
  }
  const loops = program
    .filter(({ opcode }) => LOOP_ENDS.has(opcode))
    .map(({ addr, p1, p2 }): Loop => {
      const root = full.has(p1) ? roots.get(p1) : undefined;
      return { from: p2, to: addr, rounds: root === undefined ? UNKNOWN_ROUNDS : rowsAt(root) };
    });
  return loops.reduce((sum, loop) => sum + roundsWithin(loop, loops), 0);
}

function roundsWithin(inner: Loop, loops: readonly Loop[]): number {
  return loops
    .filter((loop) => loop.from <= inner.from && loop.to >= inner.to)
    .reduce((product, loop) => product * Math.max(loop.rounds, 1), 1);
}

/** A recursive query takes rows from a queue until it is empty: it jumps back to where the queue is rewound. */
function isRecursion({ opcode, addr, p2 }: Instruction, program: readonly Instruction[]): boolean {
  if (opcode !== "Goto" || p2 >= addr) return false;
  return program.find((instruction) => instruction.addr === p2)?.opcode === "Rewind";
}
