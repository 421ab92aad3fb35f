import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeAll, expect, test } from "vitest";
import { useAdmin } from "./admin.ts";

const admin = useAdmin();
const ROWS = 1_000_000;

beforeAll(async () => {
  await admin.api.collections.create({
    name: "many",
    type: "base",
    fields: [
      { name: "title", type: "text" },
      { name: "number", type: "number" },
    ],
    indexes: ["CREATE INDEX idx_many_number ON many (number)"],
  });
  const database = new Database(join(admin.server.dataDir, "data.db"));
  database.exec(`
    PRAGMA synchronous = OFF;
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ROWS})
    INSERT INTO many (id, title, number)
    SELECT printf('r%014d', n), 'Row ' || n, n FROM numbers;
  `);
  database.close();
}, 120_000);

test("a million records scroll: any place is a moment away, and few rows are on the page", async () => {
  const tab = await admin.open("#/collections?collection=many");
  const { page } = tab;
  await page.getByText("1,000,000 records").waitFor();
  await page.getByRole("row", { name: "Row 1000000" }).waitFor();
  const table = page.getByRole("grid");
  for (const share of [0.25, 0.5, 0.9]) {
    const started = Date.now();
    await table.evaluate((element, share) => {
      element.scrollTop = element.scrollHeight * share;
    }, share);
    const expected = ROWS * (1 - share);
    await expect
      .poll(async () => Math.abs((await middleNumber()) - expected))
      .toBeLessThan(ROWS / 100);
    // Counting up to the place included; a busy machine is given time.
    expect(Date.now() - started).toBeLessThan(5000);
  }
  await page.getByRole("row").nth(5).focus();
  await page.keyboard.press("End");
  await page.getByRole("row", { name: "Row 1", exact: false }).last().waitFor();
  await expect.poll(() => page.locator(":focus").textContent()).toContain("Row 1");
  expect(await page.locator(".g-table-row").count()).toBeLessThan(80);
  expect(tab.problems).toEqual([]);

  async function middleNumber(): Promise<number> {
    const texts = await page.locator(".g-table-row").allTextContents();
    const text = texts[Math.floor(texts.length / 2)] ?? "";
    return Number(/Row (\d+)/.exec(text)?.[1] ?? 0);
  }
});

test("scrolling on by the wheel shows row after row, in a sort too", async () => {
  const { page } = await admin.open("#/collections?collection=many&sort=number");
  await page.getByRole("row", { name: "Row 1", exact: false }).first().waitFor();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(decodeURIComponent(request.url())));
  await page.getByRole("grid").hover();
  for (let turn = 0; turn < 60; turn++) await page.mouse.wheel(0, 400);
  const numbers = async () => {
    const texts = await page.locator(".g-table-row").allTextContents();
    return texts.map((text) => Number(/Row (\d+)/.exec(text)?.[1] ?? 0));
  };
  await expect.poll(async () => (await numbers()).every((each) => each > 400)).toBe(true);
  const shown = await numbers();
  expect(shown).toEqual(shown.map((_, at) => shown[0]! + at));
  // Behind the last known row instead of counting up to the place.
  expect(requests.some((url) => url.includes("number>="))).toBe(true);
});

test("sorting by a column without an index and searching through all rows freeze nothing", async () => {
  const { page } = await admin.open("#/collections?collection=many");
  await page.getByRole("row", { name: "Row 1000000" }).waitFor();
  await page.evaluate(WATCH_FRAMES);
  const head = page.getByRole("columnheader", { name: "title" }).getByRole("button");
  const slowest = await slowestHealth(async () => {
    await head.click();
    // As texts the last one; the server sorts for a while.
    await page.getByRole("row", { name: "Row 999999" }).waitFor({ timeout: 15_000 });
    await page.getByRole("textbox", { name: "Search records" }).fill("title ~ '99999'");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await page.getByText("19 records").waitFor({ timeout: 15_000 });
  });
  // A busy machine is given time; a sort in the server's own process would take seconds.
  expect(slowest).toBeLessThan(1000);
  expect(Number(await page.evaluate("window.longestFrame"))).toBeLessThan(1000);
}, 60_000);

/** The longest time between two pictures. */
const WATCH_FRAMES = `
  window.longestFrame = 0;
  let before = performance.now();
  const look = (now) => {
    window.longestFrame = Math.max(window.longestFrame, now - before);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);`;

/** Milliseconds that the server needed at most for the simplest question, while something else went on. */
async function slowestHealth(work: () => Promise<void>): Promise<number> {
  const state = { isDone: false, slowest: 0 };
  const asking = (async () => {
    while (!state.isDone) {
      const started = performance.now();
      await fetch(`${admin.server.url}/api/health`);
      state.slowest = Math.max(state.slowest, performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  try {
    await work();
  } finally {
    state.isDone = true;
    await asking;
  }
  return state.slowest;
}
