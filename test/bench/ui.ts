/**
 * The budgets of the admin pages, measured on what `npm run ui` has built: size of the scripts, time to the
 * first picture, requests to other servers. Ends with 1 when one is exceeded. `npm run bench:ui`
 */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium, type Page } from "playwright-core";
import { startTestServer } from "../../src/testing/index.ts";
import { findChromium } from "../browser/chromium.ts";

const BUILT = fileURLToPath(new URL("../../dist/ui/admin", import.meta.url));
const RUNS = 5;

interface Budget {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
}

const server = await startTestServer();
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const token = await server.superuserToken();
  const visits = [];
  for (let run = 0; run < RUNS; run++) visits.push(await visit(token));
  const budgets: Budget[] = [
    { name: "all scripts, compressed", value: compressed("**/*.js"), limit: 150, unit: "kB" },
    { name: "all styles, compressed", value: compressed("**/*.css"), limit: 14, unit: "kB" },
    {
      name: "first picture, median",
      value: median(visits.map(({ paint }) => paint)),
      limit: 1000,
      unit: "ms",
    },
    {
      name: "records shown, median",
      value: median(visits.map(({ shown }) => shown)),
      limit: 1000,
      unit: "ms",
    },
    {
      name: "requests elsewhere",
      value: visits.reduce((sum, { foreign }) => sum + foreign, 0),
      limit: 0,
      unit: "",
    },
  ];
  for (const { name, value, limit, unit } of budgets) {
    const verdict = value <= limit ? "ok" : "TOO MUCH";
    console.log(
      `${name.padEnd(26)} ${value.toFixed(0).padStart(6)} ${unit} of ${limit}  ${verdict}`,
    );
    if (value > limit) process.exitCode = 1;
  }
} finally {
  await browser.close();
  await server.close();
}

/** Kilobytes. */
function compressed(pattern: string): number {
  const sizes = globSync(pattern, { cwd: BUILT }).map(
    (file) => gzipSync(readFileSync(`${BUILT}/${file}`), { level: 9 }).length,
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

/** Opens the pages with an empty cache. Times are milliseconds from the start of the visit. */
async function visit(token: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  let foreign = 0;
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url)) foreign++;
  });
  await page.addInitScript(
    (text) => localStorage.setItem("__pb_superusers__/_/", text),
    JSON.stringify({ token, record: {} }),
  );
  await page.goto(`${server.url}/_/#/collections?collection=users`);
  await page.locator("h1").waitFor();
  const shown = Number(await page.evaluate("performance.now()"));
  const paint = await firstPaint(page);
  await context.close();
  return { paint, shown, foreign };
}

async function firstPaint(page: Page): Promise<number> {
  return Number(
    await page.evaluate(
      `performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 1e9`,
    ),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
