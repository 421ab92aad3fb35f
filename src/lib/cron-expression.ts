/**
 * Cron expressions with PocketBase's grammar and meaning (tools/cron): five segments or a macro, all of them
 * must match (day of month AND day of week), UTC. A general cron library would take more than that and
 * combine the day segments differently.
 */
export interface Schedule {
  isDue(moment: Date): boolean;
}

const MACROS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** @throws Error with a sentence for the one who wrote the expression */
export function parseCron(expression: string): Schedule {
  const segments = (MACROS[expression] ?? expression).split(" ");
  if (segments.length !== 5) {
    throw new Error(
      "invalid cron expression - must be a valid macro or to have exactly 5 space separated segments",
    );
  }
  const [minutes, hours, days, months, weekdays] = BOUNDS.map(([min, max], index) =>
    parseSegment(segments[index]!, min, max),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  return {
    isDue: (moment) =>
      minutes.has(moment.getUTCMinutes()) &&
      hours.has(moment.getUTCHours()) &&
      days.has(moment.getUTCDate()) &&
      months.has(moment.getUTCMonth() + 1) &&
      weekdays.has(moment.getUTCDay()),
  };
}

const BOUNDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

function parseSegment(segment: string, min: number, max: number): Set<number> {
  const slots = new Set<number>();
  for (const part of segment.split(",")) {
    const [range = "", stepText, ...rest] = part.split("/");
    if (rest.length > 0)
      throw new Error("invalid segment step format - must be in the format */n or 1-30/n");
    const step = stepText === undefined ? 1 : parseWhole(stepText);
    if (step < 1 || step > max) {
      throw new Error(`invalid segment step boundary - the step must be between 1 and the ${max}`);
    }
    const [from, to] = parseRange(range, step, [min, max]);
    for (let slot = from; slot <= to; slot += step) slots.add(slot);
  }
  return slots;
}

function parseRange(
  range: string,
  step: number,
  [min, max]: readonly [number, number],
): [number, number] {
  if (range === "*") return [min, max];
  const parts = range.split("-");
  if (parts.length === 1) {
    if (step !== 1) {
      throw new Error(
        "invalid segment step - step > 1 could be used only with the wildcard or range format",
      );
    }
    const only = parseWhole(range);
    if (only < min || only > max) {
      throw new Error("invalid segment value - must be between the min and max of the segment");
    }
    return [only, only];
  }
  if (parts.length !== 2)
    throw new Error("invalid segment range format - the range must have 1 or 2 parts");
  const [from, to] = parts.map(parseWhole) as [number, number];
  if (from < min || from > max)
    throw new Error(`invalid segment range minimum - must be between ${min} and ${max}`);
  if (to < from || to > max)
    throw new Error(`invalid segment range maximum - must be between ${from} and ${max}`);
  return [from, to];
}

function parseWhole(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`"${text}" is not a whole number`);
  return Number(text);
}
