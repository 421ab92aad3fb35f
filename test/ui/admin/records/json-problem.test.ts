import { expect, test } from "vitest";
import { jsonProblem } from "../../../../src/ui/admin/records/field-types/json-problem.ts";

test.for([
  ["", undefined],
  [' {"a": [1, -2.5e3, "x\\n", true, null, {}, []]} ', undefined],
  ["{", [1, 2]],
  ['{"a" 1}', [1, 6]],
  ["{a: 1}", [1, 2]],
  ["[1,\n 2,\n]", [3, 1]],
  ["[1 2]", [1, 4]],
  ["01", [1, 2]],
  ['"open', [1, 1]],
  ["nul", [1, 1]],
  ["1 2", [1, 3]],
  ['{"a": 1,}', [1, 9]],
  ['"tab\t"', [1, 1]],
] as const)("the mistake in %j", ([text, place]) => {
  const problem = jsonProblem(text);
  expect(problem && [problem.line, problem.column]).toEqual(place);
});

test("agrees with the language's own reader about what is JSON", () => {
  const parts = ["{", "}", "[", "]", ",", ":", '"a"', "1", "-", "true", " ", "\n"];
  let seed = 7;
  const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 5000; round++) {
    const text = Array.from({ length: 1 + next(7) }, () => parts[next(parts.length)]).join("");
    expect(jsonProblem(text) === undefined, text).toBe(isJson(text));
  }
});

function isJson(text: string): boolean {
  if (text.trim() === "") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
