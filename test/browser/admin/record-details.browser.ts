import { beforeAll, expect, onTestFinished, test } from "vitest";
import { useAdmin } from "./admin.ts";
import { makeAuthors, makeEverything } from "./everything.ts";
import { fieldOf, paste, useRecords } from "./records.ts";

const admin = useAdmin();
const { makeRecord, openRecord, stored } = useRecords(admin);

beforeAll(async () => {
  await makeEverything(admin.api);
  await makeAuthors(admin.api);
});

test("an upload shows how far it is", async () => {
  const id = await makeRecord({ title: "Upload" });
  const { page } = await openRecord(id);
  await fieldOf(page, "papers")
    .locator("input")
    .setInputFiles({ name: "large.bin", mimeType: "application/x", buffer: Buffer.alloc(4 << 20) });
  // As slow as a phone far from a mast.
  const session = await page.context().newCDPSession(page);
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 2 << 20,
  });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const progress = page.getByRole("progressbar", { name: "Upload" });
  await expect.poll(async () => Number(await progress.getAttribute("value"))).toBeGreaterThan(0);
  await page.getByText("Saved.").waitFor();
  expect((await stored(id))["papers"]).toHaveLength(1);
  expect(await progress.count()).toBe(0);
});

test("a geo point follows the mouse, and stays on the globe", async () => {
  const id = await makeRecord({ title: "Place" });
  const { page } = await openRecord(id);
  const field = fieldOf(page, "place");
  const pad = field.getByRole("application");
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await pad.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.75, y + height * 0.25, { steps: 4 });
  await page.mouse.up();
  const value = async (label: string) => Number(await field.getByLabel(label).inputValue());
  expect(await value("Longitude")).toBeCloseTo(90, -0.5);
  expect(await value("Latitude")).toBeCloseTo(45, -0.5);
  // Dragged over the edge it stops there.
  await page.mouse.move(x + width * 0.75, y + height * 0.25);
  await page.mouse.down();
  await page.mouse.move(x + width + 60, y - 60, { steps: 3 });
  await page.mouse.up();
  expect([await value("Longitude"), await value("Latitude")]).toEqual([180, 90]);
  await page.keyboard.press("Control+s");
  await expect.poll(async () => (await stored(id))["place"]).toEqual({ lon: 180, lat: 90 });
});

test("where the settings hide controls, a record is unlocked before it is saved", async () => {
  const settings = (hideControls: boolean) => admin.api.settings.update({ meta: { hideControls } });
  await settings(true);
  onTestFinished(async () => void (await settings(false)));
  const id = await makeRecord({ title: "Locked" });
  const { page } = await openRecord(id);
  await page.getByLabel("title", { exact: true }).fill("Changed");
  await page.keyboard.press("Control+s");
  expect(await page.getByRole("button", { name: "Save", exact: true }).count()).toBe(0);
  await page.getByRole("button", { name: "Unlock to save" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect.poll(async () => (await stored(id))["title"]).toBe("Changed");
  expect(await page.getByRole("button", { name: "Edit collection" }).count()).toBe(0);
});

test.for([
  ["52.52, 13.405", { lat: 52.52, lon: 13.405 }],
  ["-33.8688 151.2093", { lat: -33.8688, lon: 151.2093 }],
  ["40.7128;-74.006", { lat: 40.7128, lon: -74.006 }],
] as const)("a geo point takes the pasted coordinates “%s”", async ([text, point]) => {
  const id = await makeRecord({ title: "Pasted place" });
  const { page } = await openRecord(id);
  const field = fieldOf(page, "place");
  await field.getByLabel("Longitude").fill("1");
  await paste(page, "text/plain", text);
  expect(await field.getByLabel("Latitude").inputValue()).toBe(String(point.lat));
  expect(await field.getByLabel("Longitude").inputValue()).toBe(String(point.lon));
  // What is no place is pasted as it is, here: not at all, for it is no number.
  await paste(page, "text/plain", "100, 200");
  expect(await field.getByLabel("Latitude").inputValue()).toBe(String(point.lat));
  await page.keyboard.press("Control+s");
  await expect.poll(async () => (await stored(id))["place"]).toEqual(point);
});

test("hidden fields are blurred until one looks at them, unless they have a column", async () => {
  const id = await makeRecord({ title: "Secretive", secret: "whisper" });
  const { page } = await openRecord(id);
  const filter = () =>
    page.evaluate(
      `getComputedStyle(document.querySelector("[data-field=secret] .g-input")).filter`,
    );
  await fieldOf(page, "secret").waitFor();
  expect(await filter()).toMatch(/blur/);
  await fieldOf(page, "secret").getByLabel("secret").focus();
  await expect.poll(filter).toBe("none");
  await page.getByLabel("title", { exact: true }).focus();
  await expect.poll(filter).toMatch(/blur/);
  await fieldOf(page, "secret").hover();
  await expect.poll(filter).toBe("none");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "secret", exact: true }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("row", { name: "Secretive" }).click();
  await page.mouse.move(0, 0);
  expect(await filter()).toBe("none");
});

test("the menu beside “Save” saves and goes on, and takes everything back", async () => {
  const id = await makeRecord({ title: "Menu" });
  const { page } = await openRecord(id);
  const title = page.getByLabel("title", { exact: true });
  const choose = async (name: RegExp) => {
    await page.getByRole("button", { name: "More ways to save" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  await title.fill("Menu one");
  await choose(/^Save and continue/);
  await expect.poll(async () => (await stored(id))["title"]).toBe("Menu one");
  await page.getByRole("dialog", { name: "Edit Menu one" }).waitFor();
  await title.fill("Menu two");
  await page.getByText("Unsaved changes").waitFor();
  await choose(/^Reset/);
  expect(await title.inputValue()).toBe("Menu one");
  // Esc closes a menu and not the panel below it.
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("menu").count()).toBe(0);
  expect(await page.getByRole("dialog").count()).toBe(1);
  expect(await page.getByText("Unsaved changes").count()).toBe(0);
});

test("Ctrl+S saves the topmost of several open records only", async () => {
  const author = await admin.api.collection("authors").create({ name: "Top" });
  const id = await makeRecord({ title: "Below", author: author.id });
  const { page } = await openRecord(id);
  await page.getByLabel("title", { exact: true }).fill("Below, changed");
  await fieldOf(page, "author")
    .getByRole("button", { name: `Open ${author.id}` })
    .click();
  const top = page.getByRole("dialog", { name: "Edit Top" });
  await top.getByLabel("name").fill("Top, changed");
  await page.keyboard.press("Control+s");
  await page.getByText("Saved.").waitFor();
  expect((await admin.api.collection("authors").getOne(author.id))["name"]).toBe("Top, changed");
  expect((await stored(id))["title"]).toBe("Below");
  await page.getByRole("dialog").last().getByRole("button", { name: "Save", exact: true }).click();
  await fieldOf(page, "author").getByText("Top, changed").waitFor();
});

test("a text that the server makes up may stay empty, and a related record takes the place of the one before", async () => {
  const target = await admin.api.collections.getOne("authors");
  await admin.api.collections.create({
    name: "coded",
    type: "base",
    fields: [
      { name: "code", type: "text", required: true, autogeneratePattern: "[a-z]{12}" },
      { name: "by", type: "relation", collectionId: target.id, maxSelect: 1 },
    ],
  });
  const { page } = await admin.open("#/collections?collection=coded");
  await page.getByRole("button", { name: "New record" }).first().click();
  const code = page.getByLabel("code", { exact: true });
  expect(await code.getAttribute("placeholder")).toBe("Leave empty to generate it");
  await page.getByRole("button", { name: "Choose from authors" }).click();
  const picker = page.getByRole("dialog", { name: "by" });
  for (const name of ["Ada Lovelace", "Mary Shelley"]) {
    await picker.getByRole("row", { name }).click();
    await picker.getByText("1 chosen").waitFor();
  }
  await page.keyboard.press("Control+s");
  await fieldOf(page, "by").getByText("Mary Shelley").waitFor();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  const [made] = (await admin.api.collection("coded").getList(1, 1, { expand: "by" })).items;
  expect(made?.["code"]).toMatch(/^[a-z]{12}$/);
  expect(made?.expand?.["by"]).toMatchObject({ name: "Mary Shelley" });
});

test("related records are picked from any number, by scrolling", async () => {
  await admin.api.collections.create({
    name: "many",
    type: "base",
    fields: [{ name: "label", type: "text" }],
  });
  const target = await admin.api.collections.getOne("many");
  await admin.api.collections.create({
    name: "few",
    type: "base",
    fields: [{ name: "of", type: "relation", collectionId: target.id, maxSelect: 2 }],
  });
  for (let at = 0; at < 130; at++) {
    await admin.api.collection("many").create({ label: `No ${String(at).padStart(3, "0")}` });
  }
  const { page } = await admin.open("#/collections?collection=few");
  await page.getByRole("button", { name: "New record" }).first().click();
  await page.getByRole("button", { name: "Choose from many" }).click();
  const picker = page.getByRole("dialog", { name: "of" });
  await picker.getByRole("row", { name: "No 129" }).focus();
  await page.keyboard.press("End");
  const last = picker.getByRole("row", { name: "No 000" });
  await last.waitFor();
  expect(await picker.getByRole("row").count()).toBeLessThan(60);
  await last.click();
  await picker.getByRole("button", { name: "Take these" }).click();
  await fieldOf(page, "of").getByText("No 000").waitFor();
});

test("a mistake within a value stands at its field", async () => {
  const id = await makeRecord({ title: "Beyond" });
  const { page } = await openRecord(id);
  await fieldOf(page, "place").getByLabel("Latitude").fill("95");
  await page.keyboard.press("Control+s");
  await fieldOf(page, "place").locator(".g-field-error").waitFor();
  expect(await page.locator(".g-field-error").count()).toBe(1);
  expect(await stored(id)).toMatchObject({ place: { lat: 0, lon: 0 } });
});
