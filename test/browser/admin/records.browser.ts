import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { useBrowser } from "../browser.ts";
import { findingsInBothThemes } from "./accessibility.ts";
import { useAdmin } from "./admin.ts";
import { makeAuthors, makeEverything } from "./everything.ts";

const admin = useAdmin({}, useBrowser({ windows: true }));
const PLACE = "#/collections?collection=everything";
const PHONE = { viewport: { width: 390, height: 844 } };

beforeAll(async () => {
  await makeEverything(admin.api);
  const authors = await makeAuthors(admin.api);
  for (let at = 1; at <= 30; at++) {
    await admin.api.collection("everything").create({
      title: `Row ${String(at).padStart(2, "0")}`,
      amount: at % 7,
      active: at % 2 === 0,
      author: authors[at % 3]!.id,
      body: "<p>Some <b>rich</b> text</p>",
    });
  }
  await admin.api.collections.create({
    name: "summary",
    type: "view",
    viewQuery: "select id, title, amount from everything",
  });
});

/** The titles in sight. */
async function titles(page: Page): Promise<string[]> {
  const texts = await page.locator(".g-table-row").allTextContents();
  return texts.flatMap((text) => /Row \d\d/.exec(text)?.[0] ?? []);
}

test("the newest records come first, a press on a head sorts down, then up, then as before", async () => {
  const tab = await admin.open(PLACE);
  const { page } = tab;
  await page.getByText("30 records").waitFor();
  await expect.poll(async () => (await titles(page))[0]).toBe("Row 30");
  const head = page.getByRole("columnheader", { name: "title" });
  await head.getByRole("button").click();
  await expect.poll(async () => head.getAttribute("aria-sort")).toBe("descending");
  expect(page.url()).toContain("sort=-title");
  await head.getByRole("button").click();
  await expect.poll(async () => (await titles(page))[0]).toBe("Row 01");
  await head.getByRole("button").click();
  await expect.poll(async () => (await titles(page))[0]).toBe("Row 30");
  await page.getByRole("columnheader", { name: "author" }).getByRole("button").click();
  expect(page.url()).toContain("sort=-author.name");
  await expect
    .poll(async () => (await titles(page))[0])
    .toMatch(/Row (?:01|04|07|10|13|16|19|22|25|28)/);
  expect(tab.problems).toEqual([]);
});

test("words and filters are searched for, with suggestions, history and the server's error", async () => {
  const tab = await admin.open(PLACE);
  const { page } = tab;
  const bar = page.getByRole("textbox", { name: "Search records" });
  await bar.fill("row 07");
  await page.keyboard.press("Enter");
  await page.getByText("1 record", { exact: true }).waitFor();
  await bar.fill("am");
  await bar.press("End");
  await bar.pressSequentially("ou");
  await page.getByRole("option", { name: "amount" }).first().waitFor();
  await page.keyboard.press("Enter");
  await bar.pressSequentially(" = 3");
  await page.keyboard.press("Enter");
  await expect.poll(() => titles(page)).toEqual(["Row 24", "Row 17", "Row 10", "Row 03"]);
  await bar.fill("amoun = 3");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.locator(".filter-bar").getByText("No such field: amoun.").waitFor();
  // What was shown before the mistake stays.
  expect(await titles(page)).toHaveLength(4);
  await page.getByRole("button", { name: "Earlier searches" }).click();
  await page.getByRole("menuitem", { name: "row 07" }).click();
  await page.getByText("1 record", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("30 records").waitFor();
  expect(tab.problems.filter((problem) => !problem.includes("400"))).toEqual([]);
});

test("an earlier search opens in a tab of its own by middle click and Ctrl+click", async () => {
  const { page, context } = await admin.open(PLACE);
  const { id } = await admin.api.collections.getOne("everything");
  const earlier = Array.from({ length: 15 }, (_, at) => `earlier ${at}`);
  await page.evaluate(
    ([key, list]) => localStorage.setItem(key!, list!),
    [`pbRecordsSearchHistory_${id}`, JSON.stringify(earlier)],
  );
  const bar = page.getByRole("textbox", { name: "Search records" });
  await bar.fill("row 08");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByText("1 record", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("30 records").waitFor();
  await page.getByRole("button", { name: "Earlier searches" }).click();
  const entry = page.getByRole("menuitem", { name: "row 08" });
  await entry.waitFor();
  expect(await page.getByRole("menuitem").count()).toBe(15);
  for (const press of [
    () => entry.click({ button: "middle" }),
    () => entry.click({ modifiers: ["Control"] }),
  ]) {
    const opening = context.waitForEvent("page");
    await press();
    const opened = await opening;
    await opened.getByText("1 record", { exact: true }).waitFor();
    await opened.close();
  }
  // Where it began nothing has changed.
  expect(page.url()).not.toContain("filter=");
  await entry.press("Space");
  await page.getByText("1 record", { exact: true }).waitFor();
});

test("columns are chosen and remembered", async () => {
  const { page } = await admin.open(PLACE);
  await page.getByRole("columnheader", { name: "amount" }).waitFor();
  expect(await page.getByRole("columnheader", { name: "secret" }).count()).toBe(0);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "amount" }).uncheck();
  await page.getByRole("checkbox", { name: "secret" }).check();
  await page.reload();
  await page.getByRole("columnheader", { name: "secret" }).waitFor();
  expect(await page.getByRole("columnheader", { name: "amount" }).count()).toBe(0);
});

test("several records are selected, exported and deleted", async () => {
  const { page } = await admin.open(`${PLACE}&filter=amount%3D6`);
  await page.getByText("4 records").waitFor();
  await page.getByRole("checkbox", { name: "Select Row 27" }).check();
  await page.getByRole("checkbox", { name: "Select Row 13" }).click({ modifiers: ["Shift"] });
  await page.getByText("3 selected").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export as JSON" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("3_everything_records.json");
  const saved: { title: string; body: string; expand?: unknown }[] = JSON.parse(
    readFileSync(await download.path(), "utf8"),
  );
  expect(saved.map(({ title }) => title)).toEqual(["Row 27", "Row 20", "Row 13"]);
  expect(saved[0]).toMatchObject({ body: "<p>Some <b>rich</b> text</p>" });
  expect(saved[0]!.expand).toBeUndefined();
  await page.getByRole("region", { name: "Selected records" }).getByText("Delete").click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("Deleted 3 records.").waitFor();
  await expect.poll(() => titles(page)).toEqual(["Row 06"]);
  expect(await admin.api.collection("everything").getList(1, 1)).toMatchObject({ totalItems: 27 });
});

test("the whole table is used by keyboard", async () => {
  const { page } = await admin.open(PLACE);
  await page.getByRole("row", { name: "Row 30" }).focus();
  const focused = () => page.locator(":focus").textContent();
  await page.keyboard.press("ArrowDown");
  await expect.poll(focused).toContain("Row 29");
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowDown");
  await expect.poll(focused).toContain("Row 28");
  await page.keyboard.press("ArrowDown");
  await expect.poll(focused).not.toContain("Row 28");
  await page.keyboard.press("Shift+X");
  await page.getByText("3 selected").waitFor();
  await page.keyboard.press("Control+a");
  await page.getByText("27 selected").waitFor();
  await page.getByRole("button", { name: "Clear selection" }).click();
  await page.getByRole("row", { name: "Row 29" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Edit Row 29" }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  expect(await page.locator(":focus").textContent()).toContain("Row 29");
});

test("what others change is seen at once, and what is selected stays so", async () => {
  const { page } = await admin.open("#/collections?collection=authors");
  await page.getByText("3 records").waitFor();
  const authors = admin.api.collection("authors");
  const jane = await authors.getFirstListItem('name="Jane Austen"');
  await page.getByRole("checkbox", { name: "Select Ada Lovelace" }).check();
  // Until the subscription is there.
  await expect
    .poll(async () => {
      await authors.update(jane.id, { born: Date.now() % 1000 });
      return page.locator(".g-table-row[data-fresh]").count();
    })
    .toBe(1);
  await authors.update(jane.id, { name: "Jane A." });
  await page.getByRole("row", { name: "Jane A." }).waitFor();
  const added = await authors.create({ name: "Emily Brontë" });
  await page.getByRole("row", { name: "Emily Brontë" }).waitFor();
  await page.getByText("4 records").waitFor();
  await authors.delete(added.id);
  await page.getByText("3 records").waitFor();
  expect(await page.getByRole("row", { name: "Emily Brontë" }).count()).toBe(0);
  expect(await page.getByRole("checkbox", { name: "Select Ada Lovelace" }).isChecked()).toBe(true);
  await authors.update(jane.id, { name: "Jane Austen" });
});

test("a related record shows its fields in place, and is opened from there", async () => {
  const { page } = await admin.open(PLACE);
  const row = page.getByRole("row", { name: "Row 30" });
  await row.getByRole("button", { name: "Ada Lovelace" }).click();
  const card = page.getByRole("dialog", { name: "Ada Lovelace" });
  await card.getByText("born").waitFor();
  await card.getByRole("button", { name: "Open" }).click();
  const panel = page.getByRole("dialog", { name: "Edit Ada Lovelace" });
  expect(await panel.getByLabel("name", { exact: true }).inputValue()).toBe("Ada Lovelace");
});

test("a view is only to look at", async () => {
  const { page } = await admin.open("#/collections?collection=summary");
  await page.getByText("Read-only").waitFor();
  expect(await page.getByRole("button", { name: "New record" }).count()).toBe(0);
  await page.getByRole("row", { name: "Row 02" }).click();
  const panel = page.getByRole("dialog", { name: "Row of summary" });
  expect(await panel.getByRole("definition").allTextContents()).toContain("Row 02");
});

test("the API of a collection is shown for programs and shells", async () => {
  const { page } = await admin.open("#/collections?collection=users");
  await page.getByRole("button", { name: "API preview" }).click();
  const panel = page.getByRole("dialog", { name: "API of users" });
  const request = panel.locator("pre").first();
  const answer = panel.locator("pre").last();
  for (const name of ["page", "perPage", "sort", "filter", "expand", "fields", "skipTotal"])
    await panel.getByRole("term").getByText(name, { exact: true }).waitFor();
  expect(await request.textContent()).toContain('pb.collection("users").getList(1, 20');
  expect(await answer.textContent()).toContain('"totalItems": 1');
  await panel.getByRole("tab", { name: "400" }).click();
  expect(await answer.textContent()).toContain('"Something went wrong while processing');
  await panel.getByLabel("Action").selectOption("Sign in with a password");
  await panel.getByText("/api/collections/users/auth-with-password").waitFor();
  await panel.getByRole("tab", { name: "curl" }).click();
  expect(await request.textContent()).toContain("curl -X POST");
  expect(await answer.textContent()).toContain('"token": "JWT_TOKEN"');
  await panel.getByRole("tab", { name: "401" }).click();
  expect(await answer.textContent()).toContain('"mfaId"');
  await panel.getByLabel("Action").selectOption("Delete");
  await panel.getByText("No content.").waitFor();
  expect(await panel.getByLabel("Action").locator("option").count()).toBe(19);
  await page.goto(`${admin.server.url}/_/#/collections?collection=summary`);
  await page.reload();
  await page.getByRole("button", { name: "API preview" }).click();
  // The chosen language is remembered; views are only read.
  await page.getByRole("dialog").getByText("curl 'http").waitFor();
  expect(await page.getByLabel("Action").locator("option").count()).toBe(2);
});

test("an address opens a record, and a wrong one says so", async () => {
  const author = await admin.api.collection("authors").getFirstListItem("");
  const { page } = await admin.open(`#/collections?collection=authors&record=${author.id}`);
  await page.getByRole("dialog", { name: `Edit ${author["name"]}` }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.url()).not.toContain("record=");
  await page.goto(`${admin.server.url}/_/#/collections?collection=authors&record=nothing`);
  await page.getByText("The requested resource wasn't found.").waitFor();
});

test.for(["desk", "phone"])("table and editor are accessible on a %s", async (size) => {
  const shape = size === "phone" ? PHONE : {};
  const tab = await admin.open(PLACE, { ...shape, reducedMotion: "reduce" });
  const { page } = tab;
  await page.getByRole("row", { name: "Row 30" }).waitFor();
  expect(await findingsInBothThemes(page)).toEqual([]);
  await page.getByRole("row", { name: "Row 30" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("toolbar").waitFor();
  expect(await findingsInBothThemes(page)).toEqual([]);
  const width: unknown = await page.evaluate("document.documentElement.scrollWidth");
  expect(width).toBeLessThanOrEqual(size === "phone" ? 390 : 1280);
  expect(tab.problems).toEqual([]);
});
