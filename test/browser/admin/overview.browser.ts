import { expect, test } from "vitest";
import { findingsInBothThemes } from "./accessibility.ts";
import { useAdmin } from "./admin.ts";
import { useCollections } from "./collection-editor.ts";

const admin = useAdmin();
const { make } = useCollections(admin);

test("relations are drawn, larger and smaller, with system collections when wanted", async () => {
  const target = await make();
  const { id } = await admin.api.collections.getOne(target);
  await make({ fields: [{ name: "other", type: "relation", collectionId: id, maxSelect: 1 }] });
  const tab = await admin.open("#/collections", { reducedMotion: "reduce" });
  const { page } = tab;
  await page.getByRole("button", { name: "Overview" }).click();
  const drawing = page.getByRole("img", { name: "Diagram of 3 collections" });
  await drawing.waitFor();
  expect(await page.locator(".diagram-link").count()).toBe(1);
  const width = async () => Math.round((await drawing.boundingBox())!.width);
  const before = await width();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.getByText("120 %").waitFor();
  await expect.poll(width).toBe(Math.round(before * 1.2));
  await page.locator(".diagram-scroll").press("Control+0");
  await page.getByText("100 %").waitFor();
  await page.getByLabel("System collections too").check();
  await page.getByRole("img", { name: "Diagram of 8 collections" }).waitFor();
  expect(await findingsInBothThemes(page)).toEqual([]);
  expect(tab.problems).toEqual([]);
});

test("the drawing is zoomed by the wheel, dragged, and shows what belongs together", async () => {
  const { id } = await admin.api.collections.getOne(await make());
  await make({ fields: [{ name: "other", type: "relation", collectionId: id, maxSelect: 1 }] });
  for (let count = 0; count < 12; count++) await make();
  const { page } = await admin.open("#/collections", { viewport: { width: 900, height: 500 } });
  await page.getByRole("button", { name: "Overview" }).click();
  const area = page.locator(".diagram-scroll");
  const boxes = page.locator(".diagram-box");
  const dim = page.locator(".diagram-link[data-dim]");
  const links = page.locator(".diagram-link");
  // Nothing refers to the collection of accounts.
  await boxes.filter({ hasText: "users" }).hover();
  await expect.poll(() => dim.count()).toBe(await links.count());
  await page.mouse.move(5, 5);
  await expect.poll(() => dim.count()).toBe(0);
  await area.hover();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -400);
  await page.keyboard.up("Control");
  await page.getByText("120 %").waitFor();
  for (let count = 0; count < 4; count++)
    await page.getByRole("button", { name: "Zoom in" }).click();
  const box = (await area.boundingBox())!;
  const scroll = () => area.evaluate(({ scrollLeft, scrollTop }) => scrollLeft + scrollTop);
  const before = await scroll();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 40, box.y + 40, { steps: 5 });
  await page.mouse.up();
  expect(await scroll()).toBeGreaterThan(before);
});

test("rules are compared, and lead to their collection", async () => {
  const name = await make({ listRule: "", viewRule: "title != ''" });
  const { page } = await admin.open("#/collections", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Overview" }).click();
  await page.getByRole("tab", { name: "Rules" }).click();
  const row = page.getByRole("row", { name: new RegExp(`^${name}`) });
  expect(await row.getByRole("cell").allTextContents()).toEqual([
    "everyone",
    "title != ''",
    "superusers only",
    "superusers only",
    "superusers only",
    "–not applicable",
    "–not applicable",
    "–not applicable",
  ]);
  expect(await findingsInBothThemes(page)).toEqual([]);
  await row.getByRole("button", { name }).click();
  await page.getByRole("dialog", { name: `Edit ${name}` }).waitFor();
});
