import { join } from "node:path";
import Database from "better-sqlite3";
import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { startMailbox } from "../../../src/testing/index.ts";
import { PASSWORD, useAdmin } from "./admin.ts";
import { makeAuthors, makeEverything, PNG } from "./everything.ts";

const admin = useAdmin();

beforeAll(async () => {
  await makeEverything(admin.api);
  await makeAuthors(admin.api);
});

function fieldOf(page: Page, name: string): Locator {
  return page.locator(`.record-field[data-field="${name}"]`);
}

async function makeRecord(values: Record<string, unknown>): Promise<string> {
  return (await admin.api.collection("everything").create(values)).id;
}

const stored = (id: string) => admin.api.collection("everything").getOne(id);

function openRecord(id: string) {
  return admin.open(`#/collections?collection=everything&record=${id}`);
}

async function makeUser(email: string): Promise<string> {
  const password = { password: PASSWORD, passwordConfirm: PASSWORD };
  return (await admin.api.collection("users").create({ email, ...password })).id;
}

async function openUser(id: string) {
  const tab = await admin.open(`#/collections?collection=users&record=${id}`);
  await tab.page.getByRole("tab", { name: "Account" }).waitFor();
  return tab;
}

async function act(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name }).click();
}

test("rich text: a link is set, changed and taken away; a picture of the record is put in", async () => {
  const cover = new File([PNG], "cover.png", { type: "image/png" });
  const id = await makeRecord({ title: "Rich", body: "<p>word</p>", cover });
  const tab = await openRecord(id);
  const { page } = tab;
  const area = page.getByRole("textbox", { name: "body", exact: true });
  const setLink = async (address: string) => {
    await page.getByRole("button", { name: "Link", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Link" });
    await dialog.getByLabel("Address").fill(address);
    await dialog.getByRole("button", { name: "Set link" }).click();
  };
  await area.getByText("word").click();
  await page.keyboard.press("Control+a");
  await setLink("https://one.example/");
  await expect.poll(() => area.getByRole("link").getAttribute("href")).toBe("https://one.example/");
  await area.getByRole("link").click();
  await setLink("https://two.example/");
  await page.keyboard.press("Control+s");
  await expect
    .poll(async () => (await stored(id))["body"])
    .toBe('<p><a href="https://two.example/">word</a></p>');
  await area.getByRole("link").click();
  await setLink("");
  await expect.poll(() => area.getByRole("link").count()).toBe(0);
  await area.getByText("word").click();
  await page.keyboard.press("End");
  await page.getByRole("button", { name: "Picture of this record" }).click();
  await page.getByRole("menuitem", { name: /^cover/ }).click();
  await area.locator("img").waitFor();
  await page.keyboard.press("Control+s");
  await expect
    .poll(async () => (await stored(id))["body"])
    .toMatch(/^<p>word<img src="[^"]*\/cover_\w+\.png" alt="cover_/);
  expect(tab.problems).toEqual([]);
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

test("“verified” of an account asks before it changes", async () => {
  const id = await makeUser("asked@example.com");
  const { page } = await openUser(id);
  const toggle = page.getByRole("switch", { name: "verified" });
  const question = page.getByRole("dialog", { name: "Change “verified”?" });
  await toggle.click();
  await question.getByRole("button", { name: "Cancel" }).click();
  expect(await toggle.isChecked()).toBe(false);
  await toggle.click();
  await question.getByRole("button", { name: "Change" }).click();
  await expect.poll(() => toggle.isChecked()).toBe(true);
  await page.keyboard.press("Control+s");
  const users = admin.api.collection("users");
  await expect.poll(async () => (await users.getOne(id))["verified"]).toBe(true);
});

test("mails for verification and a new password are sent to an account", async () => {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  await admin.api.settings.update({ smtp: mailbox.settings });
  const { page } = await openUser(await makeUser("mails@example.com"));
  await act(page, "Send a verification email");
  await page.getByText("An email is on its way to mails@example.com.").waitFor();
  const verification = await mailbox.next();
  expect([verification.to, verification.subject]).toEqual([
    ["mails@example.com"],
    "Verify your Acme email",
  ]);
  await act(page, "Send a password reset email");
  expect((await mailbox.next()).subject).toBe("Reset your Acme password");
});

test("an account elsewhere is unlinked after a question", async () => {
  const id = await makeUser("linked@example.com");
  linkAccountElsewhere(id);
  const { page } = await openUser(id);
  await page.getByRole("tab", { name: "Auth providers" }).click();
  await page.getByRole("button", { name: "Unlink" }).click();
  const question = page.getByRole("dialog", { name: "Unlink github?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Unlink" }).click();
  await question.getByRole("button", { name: "Unlink" }).click();
  await page.getByText("github is no longer linked.").waitFor();
  await page.getByText("No account elsewhere is linked").waitFor();
  expect(await admin.api.collection("_externalAuths").getFullList()).toEqual([]);
});

/** As an OAuth2 sign-in would. */
function linkAccountElsewhere(userId: string): void {
  const database = new Database(join(admin.server.dataDir, "data.db"));
  database
    .prepare(
      "INSERT INTO _externalAuths (id, collectionRef, recordRef, provider, providerId, created, updated) VALUES ('ext000000000001', '_pb_users_auth_', ?, 'github', '42', '2026-01-01 00:00:00.000Z', '2026-01-01 00:00:00.000Z')",
    )
    .run(userId);
  database.close();
}

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

test("the tokens of an account are ended after a question", async () => {
  const id = await makeUser("tokens@example.com");
  const users = admin.api.collection("users");
  const { token } = await users.impersonate(id, 60).then(({ authStore }) => authStore);
  const own = () =>
    fetch(`${admin.server.url}/api/collections/users/records/${id}`, {
      headers: { Authorization: token },
    });
  expect((await own()).status).toBe(200);
  const { page } = await openUser(id);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: /tokens|sessions/i }).click();
  await page.getByRole("dialog").last().getByRole("button").last().click();
  await expect.poll(async () => (await own()).status).toBe(404);
});
