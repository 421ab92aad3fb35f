import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { makeAuthors, makeEverything, PNG } from "../admin/everything.ts";
import { answer, switchOn, useOfficialUI, waitForToast } from "./official-ui.ts";

const official = useOfficialUI();
const PLACE = "#/collections?collection=everything";

beforeAll(async () => {
  await makeEverything(official.api);
  await makeAuthors(official.api);
});

function editor(page: Page): Locator {
  return page.locator(".record-upsert-modal");
}

async function newest(): Promise<Record<string, unknown>> {
  return (await official.api.collection("everything").getList(1, 1, { sort: "-@rowid" })).items[0]!;
}

test("a record with a value of every type is made, with files and relations, and shown again", async () => {
  const { page, refused, problems } = await official.open(PLACE);
  await page.locator(".new-record-btn").click();
  const modal = editor(page);
  await modal.locator("[name=title]").fill("A title");
  const rich = modal.frameLocator(".field-type-editor iframe");
  await rich.locator("body").fill("Hello world");
  await modal.locator("input[name=amount]").fill("12.5");
  await switchOn(modal.locator("input[name=active]"));
  await modal.locator("input[name=mail]").fill("a@b.co");
  await modal.locator("input[name=site]").fill("https://b.co");
  await modal.locator("input[name=due]").fill("2026-03-04T05:06:07");
  for (const [name, option] of [
    ["kind", "essay"],
    ["tags", "blue"],
  ] as const) {
    const select = modal.locator(".field-type-select").filter({ hasText: name });
    await select.locator(".selected-container").click();
    await select.locator(".select-option").getByText(option, { exact: true }).click();
    await page.keyboard.press("Escape");
  }
  const files = modal.locator(".field-type-file").filter({ hasText: "papers" });
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    files.getByRole("button", { name: "Upload or drop new file" }).click(),
  ]);
  await chooser.setFiles([
    { name: "one.png", mimeType: "image/png", buffer: PNG },
    { name: "two.txt", mimeType: "text/plain", buffer: Buffer.from("two") },
  ]);
  const relation = modal.locator(".field-type-relation").filter({ hasText: "helpers" });
  await relation.getByRole("button", { name: "Open records picker" }).click();
  const picker = page.locator(".records-picker-modal");
  await picker.getByText("Ada Lovelace").first().click();
  await picker.getByText("Jane Austen").first().click();
  await picker.getByRole("button", { name: "Set selection" }).click();
  await modal.locator(".field-type-json .editor-content").fill('{"a":[1]}');
  await modal.getByLabel("Longitude:").fill("13.4");
  await modal.getByLabel("Latitude:").fill("52.5");
  await modal.getByRole("button", { name: "Create", exact: true }).click();
  await waitForToast(page, "Successfully created everything");
  const record = await newest();
  expect(record).toMatchObject({
    title: "A title",
    body: "<p>Hello world</p>",
    amount: 12.5,
    active: true,
    mail: "a@b.co",
    site: "https://b.co",
    due: "2026-03-04 05:06:07.000Z",
    kind: "essay",
    tags: ["blue"],
    data: { a: [1] },
    place: { lon: 13.4, lat: 52.5 },
  });
  expect(record["helpers"]).toHaveLength(2);
  expect(record["papers"]).toEqual([
    expect.stringMatching(/^one_\w{10}\.png$/),
    expect.stringMatching(/^two_\w{10}\.txt$/),
  ]);
  // A protected file's thumb comes with a token; what a form holds is shown again.
  await page.getByText("A title").first().click();
  await modal.getByText(/^one_\w{10}\.png$/).waitFor();
  await expect.poll(() => modal.locator("input[name=amount]").inputValue()).toBe("12.5");
  expect(refused).toEqual([]);
  expect(problems).toEqual([]);
});

test("a record is changed, loses a file, is duplicated and deleted", async () => {
  const form = new FormData();
  form.append("title", "To change");
  form.append("papers", new Blob(["1"], { type: "text/plain" }), "one.txt");
  form.append("papers", new Blob(["2"], { type: "text/plain" }), "two.txt");
  const made = await official.api.collection("everything").create(form);
  const { page, refused, problems } = await official.open(`${PLACE}&record=${made.id}`);
  const modal = editor(page);
  await modal.getByText(/^one_/).waitFor();
  await modal.locator("[name=title]").fill("Changed");
  await modal.locator(".list-item", { hasText: "one_" }).getByLabel("Remove file").click();
  await page.keyboard.press("Control+s");
  await waitForToast(page, "Successfully updated everything");
  const changed = await official.api.collection("everything").getOne(made.id);
  expect(changed).toMatchObject({
    title: "Changed",
    papers: [expect.stringMatching(/^two_/)],
    created: made["created"],
  });
  await modal.getByTitle("More options").click();
  await modal.locator(".modal-header-dropdown").getByText("Duplicate").click();
  await modal.locator("[name=title]").fill("Duplicate");
  await modal.getByRole("button", { name: "Create", exact: true }).click();
  await waitForToast(page, "Successfully created everything");
  const copy = await newest();
  expect(copy).toMatchObject({ title: "Duplicate", papers: [] });
  await page.getByText("Duplicate", { exact: true }).first().click();
  await modal.getByTitle("More options").click();
  await modal.locator(".modal-header-dropdown").getByText("Delete").click();
  await answer(page, "Delete record");
  await waitForToast(page, /Successfully deleted/);
  const gone = official.api.collection("everything").getOne(String(copy["id"]));
  await expect(gone).rejects.toMatchObject({ status: 404 });
  expect(refused).toEqual([]);
  expect(problems).toEqual([]);
});

test("the server's errors stand at their fields", async () => {
  const { page, refused } = await official.open(PLACE);
  await page.locator(".new-record-btn").click();
  const modal = editor(page);
  await modal.locator("[name=title]").fill("x".repeat(41));
  await modal.locator("input[name=amount]").fill("-1");
  await modal.getByRole("button", { name: "Create", exact: true }).click();
  await waitForToast(page, "Failed to create record.");
  for (const type of ["text", "number"]) {
    await modal.locator(`.field-type-${type} .error`).first().waitFor();
  }
  expect(refused).toEqual(["400 POST /api/collections/everything/records"]);
});

test("words and filters are searched for, columns sort, several records are deleted", async () => {
  const rows = official.api.collection("authors");
  for (let at = 1; at <= 45; at++) await rows.create({ name: `Writer ${at}`, born: 1800 + at });
  const { page, refused, problems } = await official.open("#/collections?collection=authors");
  await page.getByText("Total: 48", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Load more" }).click();
  await page.getByText("Ada Lovelace").first().waitFor();
  const search = page.locator(".searchbar .editor-content, .page-content .editor-content").first();
  await search.fill("Writer 4");
  await page.keyboard.press("Enter");
  await page.getByText("Total: 7", { exact: true }).waitFor();
  await search.fill("born > 1843");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.getByText("Total: 2", { exact: true }).waitFor();
  await page.locator("th span").getByText("born", { exact: true }).click();
  await expect.poll(() => page.locator("tbody tr").first().textContent()).toContain("Writer 45");
  for (const box of await page.locator("tbody input[type=checkbox]").all()) {
    await switchOn(box);
  }
  await page.locator(".records-bulkbar").getByText("Delete", { exact: true }).click();
  await answer(page, "Yes");
  await waitForToast(page, /Successfully deleted/);
  expect(await rows.getList(1, 1)).toMatchObject({ totalItems: 46 });
  expect(refused).toEqual([]);
  expect(problems).toEqual([]);
});
