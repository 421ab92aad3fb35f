import { useRef } from "preact/hooks";

/**
 * Some work that is not begun again before it is done: a key that is held down must not make two records.
 *
 * @returns the same; while it runs, calls give undefined at once
 */
export function useOneAtATime<Words extends unknown[], Result>(
  work: (...words: Words) => Promise<Result | undefined>,
): (...words: Words) => Promise<Result | undefined> {
  const isRunning = useRef(false);
  return async (...words) => {
    if (isRunning.current) return undefined;
    isRunning.current = true;
    try {
      return await work(...words);
    } finally {
      isRunning.current = false;
    }
  };
}
