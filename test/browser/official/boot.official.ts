import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startTestServer } from "../../src/testing/index.ts";
import { installerToken } from "../../src/auth/superusers.ts";
import { useBrowser } from "./browser.ts";
import { officialUI } from "./official-ui.ts";

const browser = useBrowser();
const PASSWORD = "1234567890";

async function startWithOfficialUI() {
  const folder = mkdtempSync(join(tmpdir(), "official-ui-"));
  writeFileSync(join(folder, "main.js"), "window.fromExtension = true;");
  const server = await startTestServer({
    adminDir: officialUI(),
    extensions: [
      (app) =>
        void app.onServe((event) => {
          event.uiExtensions.push({ name: "probe", folder });
          return event.next();
        }),
    ],
  });
  onTestFinished(() => server.close());
  const tab = await browser.newTab({ locale: "en-US" });
  tab.page.setDefaultTimeout(10_000);
  /** Answers of the API that are errors. */
  const refused: string[] = [];
  tab.page.on("response", (response) => {
    if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`);
  });
  return { server, refused, ...tab };
}

test("PocketBase's own UI makes the first superuser by the installer link", async () => {
  const { server, page, refused } = await startWithOfficialUI();
  await page.goto(`${server.url}/_/#/pbinstall/${await installerToken(server.app)}`);
  await page.locator("input[type=email]").fill("first@example.com");
  const passwords = page.locator("input[type=password]");
  await passwords.nth(0).fill(PASSWORD);
  await passwords.nth(1).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#\/collections/);
  await page.getByText("users", { exact: true }).first().waitFor();
  expect(refused).toEqual([]);
});

test("PocketBase's own UI signs in, and every page of it works against this server", async () => {
  const { server, page, refused, problems } = await startWithOfficialUI();
  await server.superuserToken("root@example.com");
  await page.goto(`${server.url}/_/`);
  await page.locator("input[type=email]").fill("root@example.com");
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#\/collections/);
  for (const place of [
    "collections?collection=users",
    "collections?collection=_superusers",
    "settings",
    "settings/mail",
    "settings/storage",
    "settings/crons",
    "settings/export-collections",
    "settings/import-collections",
    "settings/sql",
    "logs",
  ]) {
    await page.goto(`${server.url}/_/#/${place}`);
    await page.waitForLoadState("networkidle");
    expect(page.url(), place).toContain(`#/${place.split("?")[0]}`);
  }
  expect(await page.evaluate("window.fromExtension")).toBe(true);
  expect(refused).toEqual([]);
  expect(problems).toEqual([]);
});
