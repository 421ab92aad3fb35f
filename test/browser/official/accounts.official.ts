import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { startMailbox } from "../../../src/testing/index.ts";
import { answer, PASSWORD, switchOn, useOfficialUI, waitForToast } from "./official-ui.ts";

const official = useOfficialUI();

async function makeUser(email: string): Promise<string> {
  const users = official.api.collection("users");
  return (await users.create({ email, password: PASSWORD, passwordConfirm: PASSWORD })).id;
}

async function openUser(id: string) {
  const tab = await official.open(`#/collections?collection=users&record=${id}`);
  const modal = tab.page.locator(".record-upsert-modal");
  await modal.getByTitle("More options").waitFor();
  return { ...tab, modal };
}

async function act(modal: Locator, action: string): Promise<void> {
  await modal.getByTitle("More options").click();
  await modal.locator(".modal-header-dropdown").getByText(action).click();
}

async function answerYes(page: Page): Promise<void> {
  await page.locator(".modal.popup .btn.warning").click();
}

test("an account is made, verified and gets another password", async () => {
  const { page, refused, problems } = await official.open("#/collections?collection=users");
  await page.locator(".new-record-btn").click();
  const modal = page.locator(".record-upsert-modal");
  await modal.locator("input[name=email]").fill("ann@example.com");
  await modal.locator("input[name=password]").fill(PASSWORD);
  await modal.locator("input[name=passwordConfirm]").fill(PASSWORD);
  await modal.getByRole("button", { name: "Create", exact: true }).click();
  await waitForToast(page, "Successfully created users");
  await page.getByText("ann@example.com").first().click();
  await switchOn(modal.locator("input[name=verified]"));
  await answerYes(page);
  await modal.getByText("change password").click();
  await modal.locator("input[name=password]").fill("abcdefghij");
  await modal.locator("input[name=passwordConfirm]").fill("abcdefghij");
  await modal.getByRole("button", { name: "Save changes" }).click();
  await waitForToast(page, "Successfully updated users");
  const ann = await official.api.collection("users").getFirstListItem('email="ann@example.com"');
  expect(ann["verified"]).toBe(true);
  expect(refused).toEqual([]);
  expect(problems).toEqual([]);
});

test("mails for verification and a new password are sent, tokens reset, a token is made", async () => {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  await official.api.settings.update({ smtp: mailbox.settings });
  const id = await makeUser("ben@example.com");
  const { page, modal, refused, problems } = await openUser(id);
  await act(modal, "Send verification email");
  await answerYes(page);
  expect((await mailbox.next()).subject).toMatch(/^Verify your /);
  await act(modal, "Send password reset email");
  await answerYes(page);
  expect((await mailbox.next()).subject).toMatch(/^Reset your /);
  await act(modal, "Impersonate");
  await page.getByRole("button", { name: "Generate token" }).click();
  const success = page.locator(".impersonate-success");
  await success.waitFor();
  const token = /[\w-]+\.[\w-]+\.[\w-]+/.exec((await success.textContent()) ?? "")?.[0] ?? "";
  const mine = () =>
    fetch(`${official.server.url}/api/collections/users/records/${id}`, {
      headers: { Authorization: token },
    });
  expect((await mine()).status).toBe(200);
  await page.locator(".record-impersonate-auth-modal").getByText("Close", { exact: true }).click();
  await act(modal, "Reset issued tokens");
  await answerYes(page);
  await expect.poll(async () => (await mine()).status).toBe(404);
  expect(refused).toEqual([]);
  expect(problems).toEqual([]);
});

test("an account elsewhere is unlinked", async () => {
  const id = await makeUser("cay@example.com");
  const database = new Database(join(official.server.dataDir, "data.db"));
  database
    .prepare(
      "INSERT INTO _externalAuths (id, collectionRef, recordRef, provider, providerId, created, updated) VALUES (?, '_pb_users_auth_', ?, 'github', '42', '2026-01-01 00:00:00.000Z', '2026-01-01 00:00:00.000Z')",
    )
    .run("ext000000000001", id);
  database.close();
  const { page, modal, refused, problems } = await openUser(id);
  await modal.getByText("Auth providers").click();
  await modal.getByLabel("Unlink").click();
  await answer(page, "Unlink");
  await waitForToast(page, "Successfully unlinked");
  expect(await official.api.collection("_externalAuths").getFullList()).toEqual([]);
  expect(refused).toEqual([]);
  expect(problems).toEqual([]);
});
