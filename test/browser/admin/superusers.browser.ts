import PocketBase from "pocketbase";
import { expect, test } from "vitest";
import { findingsInBothThemes } from "./accessibility.ts";
import { EMAIL, PASSWORD, useAdmin } from "./admin.ts";

const admin = useAdmin();

test("a superuser is added, changed and deleted", async () => {
  const tab = await admin.open("#/superusers");
  const { page } = tab;
  await page.getByRole("button", { name: "New superuser" }).click();
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again").fill(PASSWORD);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Created ada@example.com.").waitFor();
  await page.getByRole("row", { name: "ada@example.com" }).getByText("ada@example.com").click();
  await page.getByLabel("Email").fill("countess@example.com");
  await page.keyboard.press("Control+s");
  await page.getByText("Saved.").waitFor();
  await page.getByRole("button", { name: "Actions for countess@example.com" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("Deleted countess@example.com.").waitFor();
  await expect.poll(() => page.getByRole("row", { name: "countess" }).count()).toBe(0);
  expect(tab.problems).toEqual([]);
});

test("the server's errors stand at their fields", async () => {
  const { page } = await admin.open("#/superusers");
  await page.getByRole("button", { name: "New superuser" }).click();
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again").fill(PASSWORD);
  await page.keyboard.press("Enter");
  const field = page.locator(".g-field", { has: page.getByLabel("Email") });
  expect(await field.locator(".g-field-error").textContent()).toBe("This value is taken already.");
});

test("unsaved changes are not lost silently", async () => {
  const { page } = await admin.open("#/superusers");
  await page.getByRole("button", { name: "New superuser" }).click();
  await page.getByLabel("Email").fill("half@example.com");
  await page.keyboard.press("Escape");
  const question = page.getByRole("dialog", { name: "Discard unsaved changes?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  expect(await page.getByLabel("Email").inputValue()).toBe("half@example.com");
  // The browser's way back is held up too.
  await page.evaluate(`location.hash = "#/collections?collection=users"`);
  await question.waitFor();
  expect(page.url()).toContain("#/superusers");
  await question.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("heading", { name: "users", exact: true }).waitFor();
});

test("a token for API use is made and works", async () => {
  const { page } = await admin.open("#/superusers");
  await page.getByRole("button", { name: `Actions for ${EMAIL}` }).click();
  await page.getByRole("menuitem", { name: "Token for API use" }).click();
  await page.getByLabel("Valid for (seconds)").fill("60");
  await page.getByRole("button", { name: "Make token" }).click();
  const token = await page.locator(".g-code-block").first().textContent();
  const client = new PocketBase(admin.server.url);
  client.authStore.save((token ?? "").trim());
  expect((await client.collections.getFullList()).length).toBeGreaterThan(1);
});

test("an API key is made within a scope, shown once, and revoked", async () => {
  await admin.api.send("/api/collections/_superusers/auth-extras", {
    method: "PATCH",
    body: { apiKeys: { enabled: true } },
  });
  await admin.api.collections.create({ name: "notes", type: "base" });
  const { page } = await admin.open("#/superusers", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: `Actions for ${EMAIL}` }).click();
  await page.getByRole("menuitem", { name: "API keys" }).click();
  const dialog = page.getByRole("dialog", { name: "API keys" });
  await dialog.getByRole("button", { name: "Make key" }).click();
  await dialog.locator(".g-field-error").getByText("Cannot be empty.").waitFor();
  await dialog.getByLabel("Name of the new key").fill("Nightly");
  await dialog.getByLabel("Create").check();
  await dialog.getByLabel("Valid for (days)").fill("7");
  await dialog.getByRole("button", { name: "Make key" }).click();
  const key = (await dialog.locator(".g-code-block").textContent())!.trim();
  await dialog.getByText("All but system collections: list, view, create").waitFor();
  expect(await findingsInBothThemes(page)).toEqual([]);
  const create = () =>
    fetch(`${admin.server.url}/api/collections/notes/records`, {
      method: "POST",
      headers: { authorization: key, "content-type": "application/json" },
      body: "{}",
    });
  const { id } = (await (await create()).json()) as { id: string };
  const remove = await fetch(`${admin.server.url}/api/collections/notes/records/${id}`, {
    method: "DELETE",
    headers: { authorization: key },
  });
  expect(remove.status).toBe(403);
  await dialog.getByRole("button", { name: "Remove Nightly" }).click();
  await page.getByText("Removed Nightly.").waitFor();
  expect((await create()).status).toBe(401);
});

test("sessions of a superuser are ended", async () => {
  const { page } = await admin.open("#/superusers");
  const other = await admin.api
    .collection("_superusers")
    .create({ email: "other@example.com", password: PASSWORD, passwordConfirm: PASSWORD });
  const client = new PocketBase(admin.server.url);
  await client.collection("_superusers").authWithPassword(other["email"], PASSWORD);
  await page.reload();
  await page.getByRole("button", { name: "Actions for other@example.com" }).click();
  await page.getByRole("menuitem", { name: "End all sessions" }).click();
  await page.getByRole("button", { name: "End all sessions" }).click();
  await page.getByText("All sessions and tokens have ended.").waitFor();
  await expect(client.collections.getFullList()).rejects.toThrow(
    /valid record authorization token/,
  );
});

test("the list is searched by address and id", async () => {
  const { page } = await admin.open("#/superusers");
  await page.getByRole("row", { name: EMAIL }).waitFor();
  const search = page.getByLabel("Search by address or id");
  await search.fill("nobody");
  await page.getByText("Nothing found").waitFor();
  await search.fill(EMAIL.slice(0, 4));
  expect(await page.getByRole("row", { name: EMAIL }).textContent()).toContain("you");
});
