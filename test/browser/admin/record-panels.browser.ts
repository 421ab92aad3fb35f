import { beforeAll, expect, test } from "vitest";
import { findingsInBothThemes } from "./accessibility.ts";
import { useAdmin } from "./admin.ts";
import { prepareScenes, SCENES } from "./record-scenes.ts";

const admin = useAdmin();

beforeAll(() => prepareScenes(admin.api));

const SIZES = [
  ["desk", { width: 1280, height: 860 }],
  ["phone", { width: 390, height: 844 }],
] as const;

const CASES = SCENES.flatMap((scene) =>
  SIZES.map(([size, viewport]) => ({ ...scene, size, viewport })),
);

test.for(CASES)(
  "$name on a $size is accessible in both themes and stays within the screen",
  async ({ name, hash, open, size, viewport }) => {
    const tab = await admin.open(hash, { viewport, reducedMotion: "reduce" });
    const { page } = tab;
    await page.getByRole("heading", { level: 1 }).waitFor();
    if (!hash.includes("filter=")) await page.locator(".g-table-row").first().waitFor();
    await open(page);
    await tab.screenshot(`${name}-${size}-light`);
    expect(await findingsInBothThemes(page)).toEqual([]);
    await tab.screenshot(`${name}-${size}-dark`);
    const width: unknown = await page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBeLessThanOrEqual(viewport.width);
    expect(tab.problems.filter((problem) => !problem.includes("400"))).toEqual([]);
  },
);
