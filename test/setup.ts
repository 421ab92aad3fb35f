import { afterEach, beforeEach } from "vitest";

// A test that prints hides something: a swallowed error, a forgotten line. One that expects output replaces
// the method itself (vi.spyOn), and so is not seen here.
const METHODS = ["log", "info", "warn", "error", "debug"] as const;
const originals = METHODS.map((method) => console[method]);
let printed: string[] = [];

beforeEach(() => {
  printed = [];
  for (const method of METHODS) {
    console[method] = (...values: unknown[]) => {
      printed.push(`console.${method}: ${values.map(String).join(" ")}`);
    };
  }
});

afterEach(() => {
  METHODS.forEach((method, index) => {
    console[method] = originals[index]!;
  });
  if (printed.length > 0) throw new Error(`The test printed:\n${printed.join("\n")}`);
});
