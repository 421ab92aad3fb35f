import PocketBase from "pocketbase";
import type { Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { codeAt } from "../../auth/extras/authenticator-app.ts";
import { startMailbox } from "../../../src/testing/index.ts";
import { findingsInBothThemes } from "./accessibility.ts";
import { VirtualAuthenticator } from "../virtual-authenticator.ts";
import { EMAIL, PASSWORD, useAdmin } from "./admin.ts";
import { readQrCode } from "./read-qr-code.ts";

const admin = useAdmin();

const ON = { totp: { enabled: true }, recoveryCodes: { enabled: true } };

let secret = "";
let codes: readonly string[] = [];

beforeAll(async () => {
  await send("PATCH", "auth-extras", ON);
  secret = String((await send("POST", "totp/enroll"))["secret"]);
  // The code of the step before, so that the present one is still unused.
  await send("POST", "totp/confirm", { code: codeAt(secret, -1) });
  const made = await send("POST", "recovery-codes", { password: PASSWORD });
  codes = made["codes"] as string[];
});

function send(method: string, path: string, body = {}): Promise<Record<string, unknown>> {
  return admin.api.send(`/api/collections/_superusers/${path}`, { method, body });
}

/** Does the first step, by keyboard alone. */
async function firstStep(): Promise<Page> {
  const { page } = await admin.open("#/login", { guest: true, reducedMotion: "reduce" });
  await page.locator("input:focus").waitFor();
  await page.keyboard.type(EMAIL);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText("Step 2 of 2").waitFor();
  return page;
}

/** The sign-in at a name: passkeys belong to no address of numbers. */
async function openAtHost() {
  const tab = await admin.browser.newTab({ locale: "en-US", reducedMotion: "reduce" });
  const origin = admin.server.url.replace("127.0.0.1", "localhost");
  await tab.page.goto(`${origin}/_/#/login`);
  return { page: tab.page, tab, origin };
}

async function openOwn(page: Page, entry: string, email = EMAIL): Promise<void> {
  await page.getByRole("navigation").getByText(email).waitFor();
  await page.getByRole("link", { name: "Superusers" }).click();
  await page.getByRole("button", { name: `Actions for ${email}` }).click();
  await page.getByRole("menuitem", { name: entry }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
}

test("an authenticator app's code is asked for, and a wrong one told at its field", async () => {
  const page = await firstStep();
  await page.getByText("six digits that your authenticator app shows").waitFor();
  await page.keyboard.type(codeAt(secret) === "000000" ? "111111" : "000000");
  await page.keyboard.press("Enter");
  const field = page.locator(".g-field", { has: page.getByLabel("Code") });
  await field.locator(".g-field-error").getByText("Invalid or used code.").waitFor();
  expect(await findingsInBothThemes(page)).toEqual([]);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(codeAt(secret));
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").getByText(EMAIL).waitFor();
});

test("a recovery code lets in instead, once", async () => {
  const page = await firstStep();
  // Code, button, and then the other ways.
  for (let count = 0; count < 2; count++) await page.keyboard.press("Tab");
  expect(await page.locator(":focus").textContent()).toBe("Use a recovery code");
  await page.keyboard.press("Enter");
  await page.getByText("Each works once.").waitFor();
  await page.keyboard.type(codes[0]!);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").getByText(EMAIL).waitFor();
  const again = await firstStep();
  await again.getByRole("button", { name: "Use a recovery code" }).click();
  await again.keyboard.type(codes[0]!);
  await again.keyboard.press("Enter");
  await again.locator(".g-field-error").getByText("Invalid or used code.").waitFor();
});

test("one can start over, and is sent back when the second step takes too long", async () => {
  const page = await firstStep();
  await page.getByRole("button", { name: "Start over" }).click();
  expect(await page.locator(":focus").getAttribute("name")).toBe("email");
  const late = await firstStep();
  const { items } = await admin.api.collection("_mfas").getList();
  await Promise.all(items.map(({ id }) => admin.api.collection("_mfas").delete(id)));
  await late.keyboard.type(codeAt(secret, 1));
  await late.keyboard.press("Enter");
  await late.getByText("That took too long. Please sign in again.").waitFor();
  await late.getByLabel("Password", { exact: true }).waitFor();
});

test("a passkey is added, signs in without a password, and is removed", async () => {
  const { page, tab, origin } = await openAtHost();
  const { port } = new URL(origin);
  await send("PATCH", "auth-extras", {
    totp: { enabled: false },
    passkeys: { enabled: true, rpId: "localhost", origins: [`http://localhost:${port}`] },
  });
  onTestFinished(async () => {
    await send("PATCH", "auth-extras", { ...ON, passkeys: { enabled: false } });
  });
  await page.reload();
  const authenticator = await VirtualAuthenticator.plugIn(tab);
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await openOwn(page, "Ways to sign in");
  const dialog = page.getByRole("dialog", { name: "Ways to sign in" });
  await dialog.getByLabel("Name of the new passkey").fill("Laptop");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Remove Laptop" }).waitFor();
  expect(await authenticator.passkeys()).toHaveLength(1);
  await dialog.getByLabel("Name of the new passkey").fill("Twice");
  await page.keyboard.press("Enter");
  await dialog.getByText("This device holds a passkey of this account already.").waitFor();
  await page.keyboard.press("Escape");
  await signOut(page);

  await page.getByRole("button", { name: "Sign in with a passkey" }).press("Enter");
  await page.getByRole("navigation").getByText(EMAIL).waitFor();
  await openOwn(page, "Ways to sign in");
  await dialog.getByText("last used").waitFor();
  await dialog.getByRole("button", { name: "Remove Laptop" }).click();
  await page.getByText("Removed Laptop.").waitFor();
  await page.keyboard.press("Escape");
  await signOut(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.locator(".g-notice[data-tone=danger]").getByText("Failed to authenticate.").waitFor();
});

test("where two steps are asked for, a passkey is good as either", async () => {
  const account = { email: "two@example.com", password: PASSWORD, passwordConfirm: PASSWORD };
  await admin.api.collection("_superusers").create(account);
  const { page, tab, origin } = await openAtHost();
  const both = { mfa: { enabled: true }, otp: { enabled: true } };
  const neither = { mfa: { enabled: false }, otp: { enabled: false } };
  await send("PATCH", "auth-extras", {
    passkeys: { enabled: true, rpId: "localhost", origins: [origin] },
  });
  onTestFinished(async () => {
    await admin.api.collections.update("_superusers", neither);
    await send("PATCH", "auth-extras", { passkeys: { enabled: false } });
  });
  await VirtualAuthenticator.plugIn(tab);
  const typePassword = async () => {
    await page.getByLabel("Email").fill(account.email);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");
  };
  await page.reload();
  await typePassword();
  await openOwn(page, "Ways to sign in", account.email);
  await page.getByLabel("Name of the new passkey").fill("Laptop");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove Laptop" }).waitFor();
  await page.keyboard.press("Escape");
  await admin.api.collections.update("_superusers", both);
  await signOut(page);

  await typePassword();
  await page.getByText("Confirm with the passkey").waitFor();
  expect(await page.locator(":focus").textContent()).toBe("Sign in with a passkey");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").getByText(account.email).waitFor();
  await signOut(page);

  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("button", { name: "Use the password" }).click();
  expect(await page.getByRole("button", { name: "Use a passkey" }).count()).toBe(0);
  await typePassword();
  await page.getByRole("navigation").getByText(account.email).waitFor();
});

test("a browser that finds no passkey says so", async () => {
  const { page, tab, origin } = await openAtHost();
  const { port } = new URL(origin);
  await send("PATCH", "auth-extras", {
    passkeys: { enabled: true, rpId: "localhost", origins: [`http://localhost:${port}`] },
  });
  onTestFinished(async () => {
    await send("PATCH", "auth-extras", { passkeys: { enabled: false } });
  });
  await page.reload();
  await VirtualAuthenticator.plugIn(tab, { isUserVerified: false });
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("The browser found no passkey").waitFor();
  expect(page.url()).toContain("#/login");
});

test("an authenticator app and recovery codes are set up, replaced and taken away", async () => {
  const account = { email: "new@example.com", password: PASSWORD, passwordConfirm: PASSWORD };
  await admin.api.collection("_superusers").create(account);
  const { page } = await admin.open("#/login", { guest: true, reducedMotion: "reduce" });
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await openOwn(page, "Ways to sign in", account.email);
  await page.getByRole("button", { name: "Set up an app" }).click();
  const shown = await page.locator(".g-code-block").first().textContent();
  const key = (shown ?? "").replaceAll(/\s/g, "");
  const link = page.getByRole("link", { name: "open the app on this device" });
  const url = await link.getAttribute("href");
  expect(url).toContain(`secret=${key}`);
  expect(await readQrCode(page.getByRole("img", { name: "QR code" }))).toBe(url);
  await page.getByLabel("Code that the app shows now").fill("000000");
  await page.keyboard.press("Enter");
  await page.locator(".g-field-error").getByText("Invalid or used code.").waitFor();
  expect(await findingsInBothThemes(page)).toEqual([]);
  await page.getByLabel("Code that the app shows now").fill(codeAt(key));
  await page.keyboard.press("Enter");
  await page.getByText("Set up", { exact: true }).waitFor();
  // From now on a session alone is not enough.
  await page.getByRole("button", { name: "Make new codes" }).click();
  await page.getByLabel("Your present password").fill("wrong");
  await page.keyboard.press("Enter");
  await page.locator(".g-field-error").getByText("The password is wrong.").waitFor();
  await page.getByLabel("Your present password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText("10 codes left").waitFor();
  const kept = await page.locator(".g-code-block").textContent();
  expect(kept?.trim().split("\n")).toHaveLength(10);
  await page.getByRole("button", { name: "Remove the app" }).click();
  await page.getByLabel("Your present password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Set up an app" }).waitFor();
});

test("another superuser who has lost theirs is let in again", async () => {
  const account = { email: "lost@example.com", password: PASSWORD, passwordConfirm: PASSWORD };
  await admin.api.collection("_superusers").create(account);
  const other = new PocketBase(admin.server.url);
  await other.collection("_superusers").authWithPassword(account.email, PASSWORD);
  const path = "/api/collections/_superusers/totp";
  const { secret: lost } = await other.send(`${path}/enroll`, { method: "POST" });
  await other.send(`${path}/confirm`, { method: "POST", body: { code: codeAt(lost) } });
  const signIn = () =>
    new PocketBase(admin.server.url)
      .collection("_superusers")
      .authWithPassword(account.email, PASSWORD);
  await expect(signIn()).rejects.toMatchObject({ status: 401 });
  const { page } = await admin.open("#/superusers");
  await page.getByRole("button", { name: `Actions for ${account.email}` }).click();
  await page.getByRole("menuitem", { name: "Reset second factors" }).click();
  await page.getByRole("button", { name: "Reset second factors" }).click();
  await page.getByText("The second factors have been reset.").waitFor();
  expect((await signIn()).record["email"]).toBe(account.email);
});

test("where mails are a way too, one is sent only when it is wanted", async () => {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  await admin.api.settings.update({ smtp: mailbox.settings });
  const both = { mfa: { enabled: true }, otp: { enabled: true } };
  await admin.api.collections.update("_superusers", both);
  onTestFinished(async () => {
    const neither = { mfa: { enabled: false }, otp: { enabled: false } };
    await admin.api.collections.update("_superusers", neither);
  });
  const page = await firstStep();
  expect(await admin.api.collection("_otps").getFullList()).toEqual([]);
  await page.getByRole("button", { name: "Get a mail" }).click();
  await page.getByText("has been sent there").waitFor();
  const { text } = await mailbox.next();
  await page.keyboard.type(/\b\d{8}\b/.exec(text)?.[0] ?? "");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").getByText(EMAIL).waitFor();
});
