/** Raised when the line in front of a {@link Limiter} is full; the task was not started. */
export class LineFullError extends Error {
  constructor() {
    super("too many tasks are waiting");
    this.name = "LineFullError";
  }
}

/** Bounds how many tasks of one kind run at the same time, and how many wait. */
export interface Limiter {
  /** Runs the task as soon as there is room, in the order of the calls. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** @param bounds.running tasks at once; @param bounds.waiting tasks in line before {@link LineFullError} */
export function createLimiter(bounds: { running: number; waiting: number }): Limiter {
  let running = 0;
  const line: (() => void)[] = [];

  const enter = async (): Promise<void> => {
    if (running < bounds.running) {
      running++;
      return;
    }
    if (line.length >= bounds.waiting) throw new LineFullError();
    await new Promise<void>((resolve) => line.push(resolve));
  };
  // The place is handed to the next in line, so that nobody can slip in between.
  const leave = (): void => {
    const next = line.shift();
    if (next) next();
    else running--;
  };

  return {
    async run(task) {
      await enter();
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}

/** Runs the tasks of one key one after another; those of different keys do not wait for each other. */
export function createQueuePerKey(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = tails.get(key) ?? Promise.resolve();
    const turn = before.then(task, task);
    tails.set(key, turn);
    try {
      return await turn;
    } finally {
      if (tails.get(key) === turn) tails.delete(key);
    }
  };
}
