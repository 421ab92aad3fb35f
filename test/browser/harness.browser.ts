import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startTestServer } from "../../src/testing/index.ts";
import { useBrowser } from "./browser.ts";

const browser = useBrowser();

async function servePage(script: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "browser-"));
  const publicDir = join(folder, "pb_public");
  mkdirSync(publicDir);
  writeFileSync(
    join(publicDir, "index.html"),
    `<!doctype html><link rel="icon" href="data:,"><title>Page</title><p>Hello</p><script>${script}</script>`,
  );
  const server = await startTestServer({ publicDir });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  return server.url;
}

test("a page without faults has no problems", async () => {
  const tab = await browser.newTab();
  await tab.page.goto(await servePage(`fetch("/api/health")`));
  expect(await tab.page.textContent("p")).toBe("Hello");
  expect(tab.problems).toEqual([]);
});

test("a screenshot is taken for who names a folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "browser-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const tab = await browser.newTab();
  vi.stubEnv("SCREENSHOTS", "");
  await tab.screenshot("unseen");
  vi.stubEnv("SCREENSHOTS", folder);
  await tab.screenshot("seen");
  expect(readdirSync(folder)).toEqual(["seen.png"]);
  const picture = readFileSync(join(folder, "seen.png"));
  expect(picture.subarray(1, 4).toString()).toBe("PNG");
});

test.for([
  [`console.error("oh")`, /^oh/],
  [`fetch("/api/collections/none/records")`, /404.*\/none\/records/],
  [`null.x`, /TypeError/],
  [`Promise.reject(new Error("late"))`, /late/],
  [`fetch("http://127.0.0.1:1/").catch(() => {})`, /^GET http:\/\/127\.0\.0\.1:1/],
  [`open("/api/collections/none/records")`, /404.*\/none\/records/],
] as const)("%s is a problem of the page", async ([script, problem]) => {
  const tab = await browser.newTab();
  await tab.page.goto(await servePage(script));
  await expect.poll(() => tab.problems.join("\n")).toMatch(problem);
});

test("each tab has its own storage", async () => {
  const url = await servePage("");
  const first = await browser.newTab();
  await first.page.goto(url);
  await first.page.evaluate(`localStorage.setItem("seen", "1")`);
  const second = await browser.newTab();
  await second.page.goto(url);
  expect(await second.page.evaluate(`localStorage.getItem("seen")`)).toBeNull();
});
