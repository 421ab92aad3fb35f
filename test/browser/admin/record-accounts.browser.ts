import { expect, onTestFinished, test } from "vitest";
import { startMailbox } from "../../../src/testing/index.ts";
import { PASSWORD, useAdmin } from "./admin.ts";
import { PNG } from "./everything.ts";
import { act, useRecords } from "./records.ts";

const admin = useAdmin();
const { makeUser, openUser } = useRecords(admin);

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
  const link = { collectionRef: "_pb_users_auth_", recordRef: id, provider: "github" };
  await admin.api.collection("_externalAuths").create({ ...link, providerId: "42" });
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

test("what is kept for a later visit holds no passwords", async () => {
  const id = await makeUser("kept@example.com");
  const { page } = await openUser(id);
  await page.getByLabel("name", { exact: true }).fill("Kept name");
  await page.getByText("Change password").click();
  await page.getByLabel("New password").fill("not to be kept");
  await page.getByLabel("Password again").fill("not to be kept");
  const kept = () => page.evaluate(`localStorage.getItem("draft__pb_users_auth__${id}")`);
  await expect.poll(kept).toContain("Kept name");
  const everything = await page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })");
  expect(everything).not.toContain("not to be kept");
});

test("a copy of an account asks for a password of its own, and has no files and new dates", async () => {
  const form = new FormData();
  const account = { email: "first@example.com", password: PASSWORD, passwordConfirm: PASSWORD };
  for (const [name, value] of Object.entries(account)) form.append(name, value);
  form.append("avatar", new Blob([PNG], { type: "image/png" }), "face.png");
  const users = admin.api.collection("users");
  const { id, created } = await users.create(form);
  const { page } = await openUser(id);
  await act(page, "Duplicate");
  const panel = page.getByRole("dialog", { name: "New record in users" });
  expect(await panel.getByLabel("Password", { exact: true }).inputValue()).toBe("");
  await panel.getByLabel("email", { exact: true }).fill("second@example.com");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await panel.getByText("Cannot be empty.").first().waitFor();
  await panel.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await panel.getByLabel("Password again").fill(PASSWORD);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  const copy = await users.getFirstListItem("email = 'second@example.com'");
  expect(copy["avatar"]).toBe("");
  expect(copy["created"] > created).toBe(true);
});

test("whoever acts as an account gets a token for as long as wanted, and the lines to use it", async () => {
  const { page } = await openUser(await makeUser("acted@example.com"));
  await act(page, "Impersonate");
  const dialog = page.getByRole("dialog", { name: /acted@example\.com/ }).last();
  await dialog.getByLabel("Valid for (seconds)").fill("90");
  await dialog.getByRole("button", { name: "Make token" }).click();
  const [token, snippet] = await dialog.locator(".g-code-block pre").allTextContents();
  const { exp, type }: { exp: number; type: string } = JSON.parse(
    Buffer.from(token!.split(".")[1]!, "base64url").toString(),
  );
  expect(type).toBe("auth");
  expect(exp - Date.now() / 1000).toBeGreaterThan(80);
  expect(exp - Date.now() / 1000).toBeLessThan(91);
  expect(snippet).toContain(`new PocketBase("${admin.server.url}`);
  expect(snippet).toContain(`pb.authStore.save("${token}")`);
});
