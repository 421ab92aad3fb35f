import type { Locator, Page } from "playwright-core";
import type { CollectionModel } from "pocketbase";
import { expect, test } from "vitest";
import { answer, switchOn, useOfficialUI, waitForToast } from "./official-ui.ts";

const official = useOfficialUI();

/** By the names that the menu of fields has. */
const FIELD_TYPES = [
  ["Plain text", "text"],
  ["Rich editor", "editor"],
  ["Number", "number"],
  ["Bool", "bool"],
  ["Email", "email"],
  ["URL", "url"],
  ["Datetime", "date"],
  ["Autodate", "autodate"],
  ["Select", "select"],
  ["File", "file"],
  ["Relation", "relation"],
  ["JSON", "json"],
  ["Geo Point", "geoPoint"],
] as const;

function editor(page: Page): Locator {
  return page.locator(".collection-upsert-modal");
}

async function openNew(page: Page, name: string): Promise<Locator> {
  await page.getByRole("button", { name: "New collection" }).first().click();
  const modal = editor(page);
  await modal.locator("input[name=name]").fill(name);
  return modal;
}

async function openSettings(page: Page): Promise<Locator> {
  await page.locator(".btn-collection-settings").click();
  await editor(page).locator("input[name=name]").waitFor();
  return editor(page);
}

async function addField(modal: Locator, label: string): Promise<void> {
  await modal.getByRole("button", { name: "New field", exact: true }).click();
  await modal.locator(".field-types-dropdown").getByText(label, { exact: true }).click();
}

async function moreActions(modal: Locator, action: string): Promise<void> {
  await modal.locator(".modal-header").getByTitle("More options").click();
  await modal.locator(".modal-header-dropdown").getByText(action, { exact: true }).click();
}

/** Asks for the name of the collection first. */
async function destroy(page: Page, action: string): Promise<void> {
  await moreActions(editor(page), action);
  await page.locator(".modal.popup").getByLabel("Collection name").fill("everything");
  await answer(page, "Yes");
}

async function stored(name: string): Promise<CollectionModel> {
  return await official.api.collections.getOne(name);
}

test(
  "a collection with a field of every type is made, changed, duplicated, emptied and deleted",
  { timeout: 60_000 },
  async () => {
    const { page, refused, problems } = await official.open("#/collections");
    const modal = await openNew(page, "everything");
    for (const [label] of FIELD_TYPES) await addField(modal, label);
    const select = modal.locator(".field-type-select");
    await select.getByPlaceholder("Add choices*").fill("red");
    await modal.locator(".field-type-relation .collections-select").click();
    await modal
      .locator(".field-type-relation .dropdown")
      .getByRole("button", { name: "users", exact: true })
      .click();
    await modal.getByRole("button", { name: "Create", exact: true }).click();
    await waitForToast(page, "Successfully created collection");
    const made = await stored("everything");
    const types = made.fields.map(({ type }) => type);
    for (const [, type] of FIELD_TYPES) expect(types).toContain(type);
    expect(made.fields.find(({ type }) => type === "select")?.["values"]).toEqual(["red"]);
    // The list of collections shows it, and it is open.
    await page.waitForURL(/collection=everything|collections$/);
    await page.goto(`${official.server.url}/_/#/collections?collection=everything`);

    await openSettings(page);
    await modal.locator(".field-type-number .prop-name input").fill("amount");
    await modal.locator(".field-type-url").getByTitle("Field options").click();
    await modal.locator(".field-type-url").getByTitle("More options").click();
    await modal.locator(".field-type-url").getByText("Remove", { exact: true }).click();
    await modal.getByRole("button", { name: "Save changes" }).click();
    await answer(page, "Yes, save changes");
    await waitForToast(page, "Successfully updated collection");
    const names = (await stored("everything")).fields.map(({ name }) => name);
    expect(names).toContain("amount");
    expect(names).not.toContain("url");

    await openSettings(page);
    await moreActions(modal, "Duplicate");
    await modal.getByRole("button", { name: "Create", exact: true }).click();
    await waitForToast(page, "Successfully created collection");
    expect((await stored("everything_duplicate")).fields).toHaveLength(made.fields.length - 1);

    await official.api.collection("everything").create({ text: "one" });
    await page.goto(`${official.server.url}/_/#/collections?collection=everything`);
    await openSettings(page);
    await destroy(page, "Truncate");
    await waitForToast(page, "Successfully truncated");
    const { totalItems } = await official.api.collection("everything").getList(1, 1);
    expect(totalItems).toBe(0);
    await page.keyboard.press("Escape");
    await openSettings(page);
    await destroy(page, "Delete");
    await expect.poll(() => stored("everything").catch(() => "gone")).toBe("gone");
    expect(refused).toEqual([]);
    expect(problems).toEqual([]);
  },
);

test("a view shows what its query gives while it is typed, and says what is wrong", async () => {
  const { page, refused } = await official.open("#/collections");
  const modal = await openNew(page, "addresses");
  await modal.locator(".collection-type-select").click();
  await modal.locator(".collection-type-dropdown").getByText("View collection").click();
  const query = modal.locator(".editor-content");
  await query.first().fill("select id, nosuch from users");
  await modal
    .getByText(/no such column/)
    .first()
    .waitFor();
  expect(refused).toEqual(["400 POST /api/collections/meta/dry-run-view"]);
  await query.first().fill("select id, email from users");
  await modal.getByRole("button", { name: "Create", exact: true }).click();
  await waitForToast(page, "Successfully created collection");
  expect((await stored("addresses")).fields.map(({ name }) => name)).toEqual(["id", "email"]);
});

test("rules are unlocked, written and locked; a wrong one is shown where it is", async () => {
  await official.api.collections.create({
    name: "ruled",
    type: "base",
    fields: [{ name: "title", type: "text" }],
  });
  const { page, refused } = await official.open("#/collections?collection=ruled");
  const modal = await openSettings(page);
  await modal.getByRole("button", { name: "API rules" }).click();
  const rule = modal.locator(".rule-field[name=listRule]");
  await rule.getByRole("button", { name: "Unlock" }).click();
  await rule.locator(".editor-content").fill("nothing = 1");
  await page.keyboard.press("Escape");
  await modal.getByRole("button", { name: "Save changes" }).click();
  await modal
    .getByText(/Invalid rule/)
    .first()
    .waitFor();
  expect(refused).toEqual([`400 PATCH /api/collections/${(await stored("ruled")).id}`]);
  await rule.locator(".editor-content").fill("title = 'a'");
  await page.keyboard.press("Escape");
  await modal.getByRole("button", { name: "Save changes" }).click();
  await waitForToast(page, "Successfully updated collection");
  expect((await stored("ruled")).listRule).toBe("title = 'a'");
});

test("the options of an auth collection: one-time password, second factor, tokens, OAuth2", async () => {
  const { page, refused, problems } = await official.open("#/collections");
  const modal = await openNew(page, "members");
  await modal.locator(".collection-type-select").click();
  await modal.locator(".collection-type-dropdown").getByText("Auth collection").click();
  await modal.getByRole("button", { name: "Options", exact: true }).click();
  await modal.locator("summary", { hasText: "One-time password (OTP)" }).click();
  await switchOn(modal.locator("input[name='otp.enabled']"));
  await modal.locator("input[name='otp.duration']").fill("240");
  await modal.locator("summary", { hasText: "Multi-factor authentication (MFA)" }).click();
  await switchOn(modal.locator("input[name='mfa.enabled']"));
  await modal.locator("summary", { hasText: "OAuth2" }).click();
  await switchOn(modal.locator("input[name='oauth2.enabled']"));
  await modal.getByRole("button", { name: "Add provider" }).click();
  await page.locator(".modal").getByText("GitHub", { exact: true }).click();
  const provider = page.locator(".modal").last();
  await provider.getByLabel("Client ID").fill("id");
  await provider.getByLabel("Client secret").fill("secret");
  await provider.getByRole("button", { name: "Set provider config" }).click();
  await modal.getByRole("button", { name: "Create", exact: true }).click();
  await waitForToast(page, "Successfully created collection");
  const made = await stored("members");
  expect(made["otp"]).toMatchObject({ enabled: true, duration: 240 });
  expect(made["mfa"]).toMatchObject({ enabled: true });
  expect(made["oauth2"]).toMatchObject({
    enabled: true,
    providers: [{ name: "github", clientId: "id" }],
  });
  expect(refused).toEqual([]);
  expect(problems).toEqual([]);
});
