/** Where a task stands among those of its user; other users are not affected. */
export interface Place {
  /** The higher one goes first. */
  readonly priority: number;
  /** Of equal priorities the lower one goes first; of equal ranks the older one. */
  readonly rank: number;
}

/** Something that waits for its turn. */
export interface InLine extends Place {
  readonly userId: string;
}

/**
 * Who is next: each user has a line of their own, by priority and then by age; among users the turn goes to
 * the one with the fewest tasks at work, and of equal ones to the one whose last turn is longest ago.
 * Somebody with a thousand tasks so delays nobody else by more than one.
 */
export class FairLine<T extends InLine> {
  readonly #lines = new Map<string, T[]>();
  readonly #lastTurn = new Map<string, number>();
  #turn = 0;

  add(task: T): void {
    const line = this.#lines.get(task.userId) ?? [];
    const behind = line.findIndex((other) => isBehind(other, task));
    line.splice(behind < 0 ? line.length : behind, 0, task);
    this.#lines.set(task.userId, line);
  }

  /**
   * Takes out whoever is next.
   *
   * @param atWork how many tasks of a user are at work
   * @param perUser how many may be
   */
  take(atWork: (userId: string) => number, perUser: number): T | undefined {
    let next: string | undefined;
    for (const userId of this.#lines.keys()) {
      if (atWork(userId) >= perUser) continue;
      if (next === undefined || this.#isBefore(userId, next, atWork)) next = userId;
    }
    if (next === undefined) return undefined;
    const task = this.#lines.get(next)!.shift()!;
    this.#lastTurn.set(next, ++this.#turn);
    this.#tidy(next);
    return task;
  }

  /** @returns whether it was waiting */
  remove(task: T): boolean {
    const line = this.#lines.get(task.userId);
    const at = line?.indexOf(task) ?? -1;
    if (at >= 0) line!.splice(at, 1);
    this.#tidy(task.userId);
    return at >= 0;
  }

  /**
   * Where a waiting task would stand at a position among its user's others.
   *
   * @param position from 0; one beyond the end means the end
   * @returns undefined when it does not wait
   */
  placeAt(task: T, position: number): Place | undefined {
    const line = this.#lines.get(task.userId) ?? [];
    if (!line.includes(task)) return undefined;
    const others = line.filter((other) => other !== task);
    const [before, after] = [others[position - 1], others[position]];
    if (!after) {
      const last = others.at(-1);
      const { priority, rank } = last ?? task;
      return { priority, rank: last ? rank + 1 : rank };
    }
    const { priority } = after;
    if (before?.priority !== priority) return { priority, rank: after.rank - 1 };
    return { priority, rank: (before.rank + after.rank) / 2 };
  }

  /** How many tasks of the same user are in front. */
  aheadOf(task: T): number {
    return Math.max(0, this.#lines.get(task.userId)?.indexOf(task) ?? 0);
  }

  all(): T[] {
    return [...this.#lines.values()].flat();
  }

  #isBefore(a: string, b: string, atWork: (userId: string) => number): boolean {
    const difference = atWork(a) - atWork(b);
    if (difference !== 0) return difference < 0;
    return (this.#lastTurn.get(a) ?? 0) < (this.#lastTurn.get(b) ?? 0);
  }

  /** Keeps only the users that wait, and the turns that can still matter. */
  #tidy(userId: string): void {
    if (this.#lines.get(userId)?.length === 0) this.#lines.delete(userId);
    if (this.#lines.size === 0) this.#lastTurn.clear();
  }
}

function isBehind(other: Place, task: Place): boolean {
  if (other.priority !== task.priority) return other.priority < task.priority;
  return other.rank > task.rank;
}
