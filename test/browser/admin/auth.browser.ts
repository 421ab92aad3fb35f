import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import PocketBase from "pocketbase";
import { expect, onTestFinished, test } from "vitest";
import { installerToken } from "../../../src/auth/superusers.ts";
import { startMailbox, startTestServer } from "../../../src/testing/index.ts";
import { findingsInBothThemes } from "./accessibility.ts";
import { EMAIL, PASSWORD, useAdmin } from "./admin.ts";

const admin = useAdmin();

test("the link of the first start makes a superuser and signs in", async () => {
  const server = await startTestServer();
  onTestFinished(() => server.close());
  const tab = await admin.browser.newTab();
  const { page } = tab;
  await page.goto(`${server.url}/_/#/pbinstall/${await installerToken(server.app)}`);
  await page.getByLabel("Email").fill("first@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again").fill("something else");
  await page.getByRole("button", { name: "Create and sign in" }).click();
  await page.getByText("The values are not the same.").waitFor();
  await page.getByLabel("Password again").fill(PASSWORD);
  await page.getByRole("button", { name: "Create and sign in" }).click();
  await page.getByRole("navigation").getByText("first@example.com").waitFor();
  expect(page.url()).toContain("#/collections");
  expect(tab.problems.filter((problem) => !problem.includes("400"))).toEqual([]);
});

test("a backup is restored instead of making a superuser", async () => {
  const source = await startTestServer();
  onTestFinished(() => source.close());
  await source.superuserToken("kept@example.com");
  await source.app.createBackup("old.zip");
  const backup = readFileSync(join(source.dataDir, "backups", "old.zip"));
  const server = await startTestServer();
  onTestFinished(() => server.close());
  const { page } = await admin.browser.newTab({ reducedMotion: "reduce" });
  await page.goto(`${server.url}/_/#/pbinstall/${await installerToken(server.app)}`);
  const choose = async (name: string, buffer: Buffer) => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Restore a backup" }).click();
    await (await chooser).setFiles({ name, mimeType: "application/zip", buffer });
  };
  await page.getByLabel("Email").fill("half@example.com");
  await choose("notes.zip", Buffer.from("no zip at all"));
  await page.locator(".g-notice").getByText("notes.zip is no zip file.").waitFor();
  await choose("cut.zip", backup.subarray(0, backup.length / 2));
  await page.locator(".g-notice").getByText("The backup cannot be restored").waitFor();
  expect(await findingsInBothThemes(page)).toEqual([]);
  // Neither left anything behind, and a superuser could still be made.
  expect(readdirSync(join(server.dataDir, "backups"))).toEqual([]);
  await page.getByRole("button", { name: "Create and sign in" }).waitFor();
  expect(await page.getByLabel("Email").inputValue()).toBe("half@example.com");
  await choose("old.zip", backup);
  await page.getByText("The backup has been restored.").waitFor();
  await page.getByRole("button", { name: "Go to the sign-in" }).click();
  await page.getByLabel("Email").fill("kept@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").getByText("kept@example.com").waitFor();
});

test("how far an upload is stands on the page", async () => {
  const server = await startTestServer();
  onTestFinished(() => server.close());
  const { page } = await admin.browser.newTab();
  await page.goto(`${server.url}/_/#/pbinstall/${await installerToken(server.app)}`);
  // It takes long enough to be seen.
  await page.route("**/api/backups/upload", async (route) => {
    await new Promise((done) => setTimeout(done, 1000));
    await route.continue();
  });
  await page.getByLabel("Backup (zip)").setInputFiles({
    name: "a.zip",
    mimeType: "application/zip",
    buffer: Buffer.from("no zip at all"),
  });
  await page.getByRole("progressbar", { name: "Uploading the backup…" }).waitFor();
  expect(await page.getByRole("button", { name: "Create and sign in" }).isVisible()).toBe(false);
  await page.getByRole("button", { name: "Create and sign in" }).waitFor();
});

test("an installer link that has expired says how to go on", async () => {
  const { page } = await admin.open("#/pbinstall/nonsense", { guest: true });
  await page.getByText("This link is invalid or has expired.").waitFor();
  expect(await page.getByText("npm run superuser").count()).toBe(1);
});

test("signs in with a password, and out again", async () => {
  const tab = await admin.open("#/superusers", { guest: true });
  const { page } = tab;
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Failed to authenticate.").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  // Back to where the guest wanted to go.
  await page.getByRole("heading", { name: "Superusers" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Superusers" }).waitFor();
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(tab.problems.filter((problem) => !problem.includes("400"))).toEqual([]);
});

test("a link may bring the account of a demonstration along", async () => {
  const query = `demoEmail=${encodeURIComponent(EMAIL)}&demoPassword=${PASSWORD}`;
  const { page } = await admin.open(`#/login?${query}`, { guest: true });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation").getByText(EMAIL).waitFor();
  expect(page.url()).not.toContain(PASSWORD);
});

test("a second factor is asked for where it is on", async () => {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  await admin.api.settings.update({ smtp: mailbox.settings });
  await admin.api.collections.update("_superusers", {
    mfa: { enabled: true },
    otp: { enabled: true },
  });
  onTestFinished(async () => {
    const neither = { mfa: { enabled: false }, otp: { enabled: false } };
    await admin.api.collections.update("_superusers", neither);
  });
  const { page } = await admin.open("#/login", { guest: true });
  await page.getByText("Step 1 of 2").waitFor();
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText("Step 2 of 2").waitFor();
  const { text } = await mailbox.next();
  await page.getByLabel("One-time password").fill("00000000");
  await page.keyboard.press("Enter");
  await page.locator(".g-field-error").getByText("Invalid or expired OTP").waitFor();
  // Asked for too soon the server sends none, and the one before still counts.
  await page.route("**/request-otp", (route) => route.fulfill({ status: 429, json: {} }));
  const refused = page.waitForResponse("**/request-otp");
  await page.getByRole("button", { name: "Send another one" }).click();
  expect((await refused).status()).toBe(429);
  await page.getByLabel("One-time password").fill(/\b\d{8}\b/.exec(text)?.[0] ?? "");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").getByText(EMAIL).waitFor();
  expect(page.url()).toContain("#/collections");
  expect(await page.getByText("429").count()).toBe(0);
});

test("a forgotten password is set anew by the link of a mail", async () => {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  await admin.api.settings.update({
    smtp: mailbox.settings,
    meta: { appURL: admin.server.url },
  });
  const address = "forgetful@example.com";
  const account = { email: address, password: PASSWORD, passwordConfirm: PASSWORD };
  await admin.api.collection("_superusers").create(account);
  const { page } = await admin.open("#/login", { guest: true });
  await page.getByRole("link", { name: "Forgotten password?" }).click();
  // The sign-in has an input of that name too.
  await page.getByRole("heading", { name: "Reset your password" }).waitFor();
  await page.getByLabel("Email").fill(address);
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByText(`If there is an account for ${address}`).waitFor();
  const { html } = await mailbox.next();
  await page.goto(/href="([^"]+confirm-password-reset[^"]+)"/.exec(html)?.[1] ?? "");
  await page.getByRole("heading", { name: `Set a new password for ${address}` }).waitFor();
  expect(await page.locator(":focus").evaluate(({ tagName }) => tagName)).toBe("INPUT");
  await page.getByLabel("New password").fill("another12345");
  await page.getByLabel("Password again").fill("another12345");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("The password has been changed.").waitFor();
  const client = new PocketBase(admin.server.url);
  const signedIn = await client.collection("_superusers").authWithPassword(address, "another12345");
  expect(signedIn.record["email"]).toBe(address);
});

test("the links of the other mails lead to pages that do what they say", async () => {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  await admin.api.settings.update({
    smtp: mailbox.settings,
    meta: { appURL: admin.server.url },
  });
  const users = new PocketBase(admin.server.url).collection("users");
  const account = { email: "old@example.com", password: PASSWORD, passwordConfirm: PASSWORD };
  const { id } = await admin.api.collection("users").create(account);
  const linkOf = (html: string) => /href="([^"]+\/_\/#[^"]+)"/.exec(html)?.[1] ?? "";
  await users.requestVerification("old@example.com");
  const { hash } = new URL(linkOf((await mailbox.next()).html));
  const { page } = await admin.open(hash, { guest: true });
  await page.getByText("Your address has been verified.").waitFor();
  await users.authWithPassword("old@example.com", PASSWORD);
  await users.requestEmailChange("new@example.com");
  await page.goto(linkOf((await mailbox.next()).html));
  await page.getByText("to change your address to new@example.com").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Change address" }).click();
  await page.getByText("Your address has been changed.").waitFor();
  expect(await admin.api.collection("users").getOne(id)).toMatchObject({
    email: "new@example.com",
    verified: true,
  });
});

test("a session that was ended elsewhere leads to the sign-in", async () => {
  const tab = await admin.open("#/collections", { guest: true });
  const { page } = tab;
  await page.evaluate(() =>
    localStorage.setItem("__pb_superusers__/_/", JSON.stringify({ token: "x.e30.y", record: {} })),
  );
  await page.reload();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(tab.problems).toEqual([]);
});
