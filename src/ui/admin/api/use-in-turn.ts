import { useEffect, useRef, useState } from "preact/hooks";

/**
 * A save that does not run twice at a time: one that is asked for meanwhile follows when there is something left to
 * save. A key that is held down must not make two records, and one that is pressed early must not be lost.
 *
 * @param save what it is asked for with is passed on
 * @param isNeeded whether there is something to save now
 */
export function useInTurn<Word>(
  save: (word: Word) => Promise<void>,
  isNeeded: boolean,
): (word: Word) => Promise<void> {
  const isRunning = useRef(false);
  const next = useRef<{ readonly word: Word } | undefined>(undefined);
  const [ended, setEnded] = useState(0);
  const run = async (word: Word): Promise<void> => {
    if (isRunning.current) {
      next.current = { word };
      return;
    }
    isRunning.current = true;
    try {
      await save(word);
    } finally {
      isRunning.current = false;
      setEnded((count) => count + 1);
    }
  };
  // Once what the save has changed is shown.
  useEffect(() => {
    const asked = next.current;
    next.current = undefined;
    if (asked && isNeeded) void run(asked.word);
  }, [ended]);
  return run;
}
