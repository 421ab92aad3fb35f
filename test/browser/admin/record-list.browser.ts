import { beforeAll, expect, test } from "vitest";
import { EMAIL, useAdmin } from "./admin.ts";
import { makeAuthors, makeEverything, PNG } from "./everything.ts";

const admin = useAdmin();
const PLACE = "#/collections?collection=everything";

beforeAll(async () => {
  const { api } = admin;
  await makeEverything(api);
  const authors = await makeAuthors(api);
  const form = new FormData();
  const values = {
    title: "Full",
    body: "<h2>Head</h2><p>Some <b>rich</b> text</p>",
    amount: "12.5",
    active: "true",
    mail: "someone@example.com",
    site: "https://example.com/a/rather/long/path",
    due: "2026-03-04 05:06:07.000Z",
    kind: "essay",
    author: authors[0]!.id,
    data: JSON.stringify({ a: [1] }),
    place: JSON.stringify({ lon: 13.4, lat: 52.52 }),
  };
  for (const [name, value] of Object.entries(values)) form.append(name, value);
  for (const tag of ["red", "blue"]) form.append("tags", tag);
  for (const { id } of authors) form.append("helpers", id);
  form.append("cover", new Blob([PNG], { type: "image/png" }), "cover.png");
  form.append("papers", new Blob(["text"], { type: "text/plain" }), "notes.txt");
  await api.collection("everything").create(form);
  await api.collections.create({
    name: "summary",
    type: "view",
    viewQuery: "select id, name from authors",
  });
});

/** By the field: what its cell shows of the record. */
const CELLS = [
  ["title", "Full"],
  ["body", "Head Some rich text"],
  ["amount", "12.5"],
  ["active", "True"],
  ["mail", "someone@example.com"],
  ["site", "https://example.com/a/rather/long/path"],
  ["due", /Mar 4, 2026, 5:06/],
  ["kind", "essay"],
  ["tags", "redblue"],
  ["author", "Ada Lovelace"],
  ["helpers", "Ada LovelaceMary ShelleyJane Austen"],
  ["data", /^\{"a": ?\[1\]\}$/],
  ["place", "52.52, 13.4"],
] as const;

test("every type shows its values in the table in its own way", async () => {
  const viewport = { width: 4000, height: 800 };
  const tab = await admin.open(PLACE, { viewport, timezoneId: "UTC" });
  const { page } = tab;
  const row = page.getByRole("row", { name: "Full" });
  await row.waitFor();
  const heads = await page.getByRole("columnheader").allTextContents();
  const cell = (name: string) => row.getByRole("gridcell").nth(heads.indexOf(name));
  for (const [name, text] of CELLS) {
    const shown = ((await cell(name).textContent()) ?? "").replaceAll(/\s+/g, " ").trim();
    expect(shown, name).toMatch(text);
  }
  // A date tells the stored one, a picture is a thumb, a protected file opens with a token, an id is copied.
  expect(await cell("due").getByRole("time").getAttribute("title")).toBe(
    "2026-03-04 05:06:07.000Z",
  );
  const thumb = cell("cover").locator("img");
  await expect
    .poll(() => thumb.evaluate((image) => "naturalWidth" in image && image.naturalWidth))
    .toBeGreaterThan(0);
  expect(await thumb.getAttribute("src")).toContain("thumb=100x100");
  const paper = await cell("papers")
    .getByRole("link", { name: /^notes/ })
    .getAttribute("href");
  expect((await fetch(paper!)).status).toBe(200);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await cell("id").getByRole("button", { name: "Copy id" }).click();
  const { items } = await admin.api.collection("everything").getList(1, 1);
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(items[0]?.id);
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(tab.problems).toEqual([]);
});

test("the list asks for no more than it shows, and counts apart", async () => {
  const { page } = await admin.open("#/superusers");
  const asked: URLSearchParams[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/api/collections/everything/records") asked.push(url.searchParams);
    if (/^\/api\/collections\/[^/]+\/records$/.test(url.pathname)) asked.push(url.searchParams);
  });
  await page.evaluate(`location.hash = "${PLACE}&filter=words"`);
  await page.getByText("No record matches").waitFor();
  const count = asked.find((query) => query.get("perPage") === "1");
  const rows = asked.find((query) => query.get("skipTotal") !== null);
  expect(count?.get("fields")).toBe("id");
  expect(count?.get("filter")).toBe(rows?.get("filter"));
  expect(rows?.get("filter")).toMatch(/^\(?id ?~ ?"words" ?\|\| ?title ?~ ?"words"/);
  expect(rows?.get("filter")).not.toContain("secret");
  expect(rows?.get("sort")).toBe("-@rowid");
  expect(rows?.get("expand")).toBe("author,helpers");
  expect(rows?.get("fields")).toBe("*,expand.*,body:excerpt(200,true)");
});

test("Space opens a row, the box in the head takes all, and is taken back", async () => {
  const { page } = await admin.open("#/collections?collection=authors");
  const row = page.getByRole("row", { name: "Jane Austen" });
  await row.focus();
  await page.keyboard.press("Space");
  await page.getByRole("dialog", { name: "Edit Jane Austen" }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  const all = page.getByRole("checkbox", { name: "Select all" });
  await page.getByRole("checkbox", { name: "Select Jane Austen" }).check();
  expect(await all.evaluate((box) => "indeterminate" in box && box.indeterminate)).toBe(true);
  await all.click();
  await page.getByText("3 selected").waitFor();
  await all.uncheck();
  expect(await page.getByRole("region", { name: "Selected records" }).count()).toBe(0);
});

test("a view, which tells of no changes, is fetched anew by its button", async () => {
  const { page } = await admin.open("#/collections?collection=summary");
  await page.getByText("3 records").waitFor();
  const { id } = await admin.api.collection("authors").create({ name: "Late" });
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("row", { name: "Late" }).waitFor();
  expect(await page.getByText("4 records").count()).toBe(1);
  await admin.api.collection("authors").delete(id);
});

test("deleting very many asks for their number, and shows how far it is", async () => {
  await admin.api.collections.create({
    name: "crowd",
    type: "base",
    fields: [{ name: "title", type: "text" }],
  });
  const crowd = admin.api.collection("crowd");
  for (let at = 0; at <= 100; at++) await crowd.create({ title: `${at}` });
  const { page } = await admin.open("#/collections?collection=crowd");
  await page.getByRole("checkbox", { name: "Select all" }).click();
  await page.getByText("101 selected").waitFor();
  const bar = page.getByRole("region", { name: "Selected records" });
  await bar.getByText("Delete").click();
  const question = page.getByRole("dialog", { name: "Delete 101 records?" });
  const sure = question.getByRole("button", { name: "Delete" });
  expect(await sure.isDisabled()).toBe(true);
  await question.getByLabel("Type 101 to confirm").fill("101");
  // One of them is in the way: the others go all the same.
  const [kept] = (await crowd.getList(1, 1)).items;
  const seen = Promise.withResolvers<void>();
  await page.route(`**/records/${kept?.id}`, async (route) => {
    await seen.promise;
    await route.fulfill({ status: 400, json: { status: 400, message: "In the way.", data: {} } });
  });
  await sure.click();
  await bar.getByText("100 of 101").waitFor();
  seen.resolve();
  await page.getByText("Deleted 100 records.").waitFor();
  await page.getByText("1 could not be deleted: In the way.").waitFor();
  expect((await crowd.getFullList()).map(({ id }) => id)).toEqual([kept?.id]);
  await bar.getByText("1 selected").waitFor();
});

test("the list of superusers tells who one is, and leaves out what says nothing of them", async () => {
  const { page } = await admin.open("#/collections?collection=_superusers");
  expect(await page.getByRole("row", { name: EMAIL }).textContent()).toContain(`${EMAIL}you`);
  expect(await page.getByRole("columnheader", { name: "verified" }).count()).toBe(0);
});
