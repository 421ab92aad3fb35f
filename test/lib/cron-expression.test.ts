import { describe, expect, it } from "vitest";
import { parseCron } from "../../src/lib/cron-expression.ts";

const at = (text: string) => new Date(`${text}Z`);

describe("parseCron", () => {
  it.each([
    ["* * * * *", "2026-11-21T14:28:00", true],
    ["0 */6 * * *", "2026-11-21T12:00:00", true],
    ["0 */6 * * *", "2026-11-21T13:00:00", false],
    ["0 */6 * * *", "2026-11-21T12:01:00", false],
    ["5-10/2 1,3 * * *", "2026-11-21T03:07:00", true],
    ["5-10/2 1,3 * * *", "2026-11-21T03:06:00", false],
    ["0 0 1 1 *", "2026-01-01T00:00:00", true],
    ["@yearly", "2026-01-01T00:00:00", true],
    ["@annually", "2026-02-01T00:00:00", false],
    ["@weekly", "2026-11-22T00:00:00", true],
    ["@weekly", "2026-11-21T00:00:00", false],
    ["@hourly", "2026-11-21T09:00:00", true],
    ["@daily", "2026-11-21T09:00:00", false],
    ["@midnight", "2026-11-21T00:00:00", true],
    ["@monthly", "2026-11-01T00:00:00", true],
    // Both day segments must match, unlike in Vixie cron: the 21st was a Saturday.
    ["0 0 21 * 1", "2026-11-21T00:00:00", false],
    ["0 0 21 * 6", "2026-11-21T00:00:00", true],
  ])("%s at %s is due: %s", (expression, moment, isDue) => {
    expect(parseCron(expression).isDue(at(moment))).toBe(isDue);
  });

  it.each([
    [
      "",
      "invalid cron expression - must be a valid macro or to have exactly 5 space separated segments",
    ],
    [
      "* * * *",
      "invalid cron expression - must be a valid macro or to have exactly 5 space separated segments",
    ],
    [
      "*  * * * *",
      "invalid cron expression - must be a valid macro or to have exactly 5 space separated segments",
    ],
    ["60 * * * *", "invalid segment value - must be between the min and max of the segment"],
    ["* 24 * * *", "invalid segment value - must be between the min and max of the segment"],
    ["* * 0 * *", "invalid segment value - must be between the min and max of the segment"],
    ["* * * 13 *", "invalid segment value - must be between the min and max of the segment"],
    ["* * * * 7", "invalid segment value - must be between the min and max of the segment"],
    ["*/0 * * * *", "invalid segment step boundary - the step must be between 1 and the 59"],
    [
      "5/2 * * * *",
      "invalid segment step - step > 1 could be used only with the wildcard or range format",
    ],
    ["10-5 * * * *", "invalid segment range maximum - must be between 10 and 59"],
    ["1-2-3 * * * *", "invalid segment range format - the range must have 1 or 2 parts"],
    ["*/2/3 * * * *", "invalid segment step format - must be in the format */n or 1-30/n"],
  ])("refuses %j", (expression, message) => {
    expect(() => parseCron(expression)).toThrow(message);
  });
});
