import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installerToken } from "../../../src/auth/superusers.ts";
import { startTestServer, type TestServer } from "../../../src/testing/index.ts";
import { findingsInBothThemes } from "./accessibility.ts";
import { useAdmin } from "./admin.ts";
import { type Panel, panels, preparePanels } from "./panels.ts";

const admin = useAdmin();
/** Without superusers. */
let fresh: TestServer;

beforeAll(async () => {
  await preparePanels(admin);
  fresh = await startTestServer();
});
afterAll(() => fresh.close());

const PHONE = { viewport: { width: 390, height: 844 }, reducedMotion: "reduce" } as const;

async function show({ hash, guest = false, open }: Panel) {
  const isInstaller = hash.endsWith("TOKEN");
  const tab = await admin.open(isInstaller ? "" : hash, { ...PHONE, guest });
  if (isInstaller) {
    const token = await installerToken(fresh.app);
    await tab.page.goto(`${fresh.url}/_/${hash.replace("TOKEN", token ?? "")}`);
  }
  await open(tab.page);
  return tab.page;
}

describe("is accessible in both themes and fits a phone:", () => {
  test.for(panels("TOKEN"))("$name", async (panel) => {
    const page = await show(panel);
    expect(await findingsInBothThemes(page)).toEqual([]);
    const widest = await page.evaluate(`Math.max(document.documentElement.scrollWidth,
      ...Array.from(document.querySelectorAll(".g-dialog-body"), (body) =>
        body.scrollWidth - body.clientWidth + innerWidth))`);
    expect(widest).toBe(390);
  });
});
