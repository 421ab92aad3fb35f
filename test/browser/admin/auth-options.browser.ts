import { generateKeyPairSync } from "node:crypto";
import PocketBase, { type AuthCollectionModel, type EmailTemplate } from "pocketbase";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startMailbox } from "../../../src/testing/smtp.ts";
import { EMAIL, PASSWORD, useAdmin } from "./admin.ts";
import { edit, save, useCollections } from "./collection-editor.ts";

const admin = useAdmin();
const { stored } = useCollections(admin);

let count = 0;
let name = "";

/** Opens the options of a new auth collection. */
async function openOptions(): Promise<Page> {
  name = `accounts${++count}`;
  await admin.api.collections.create({
    name,
    type: "auth",
    fields: [{ name: "nick", type: "text" }],
    indexes: [`CREATE UNIQUE INDEX idx_${name} ON ${name} (nick)`],
  });
  const { page } = await admin.open("#/collections");
  await edit(page, name);
  await page.getByRole("tab", { name: "Auth options" }).click();
  return page;
}

function part(page: Page, title: string) {
  const summary = page.locator("summary", {
    hasText: new RegExp(`^${title}(?:something is wrong here)?(?:On|Off)?$`),
  });
  return page.locator("details", { has: summary });
}

async function openPart(page: Page, title: string) {
  await part(page, title).locator("summary").click();
  return part(page, title);
}

async function saved(page: Page): Promise<AuthCollectionModel> {
  await save(page, name);
  return (await stored(name)) as AuthCollectionModel;
}

test("identity and password: fields with a unique index of their own", async () => {
  const page = await openOptions();
  const options = await openPart(page, "Identity and password");
  await options.getByRole("combobox", { name: "Fields that identify" }).click();
  const choices = options.locator(".g-popup").getByRole("option");
  expect((await choices.allTextContents()).toSorted()).toEqual(["email", "nick"]);
  await choices.filter({ hasText: "nick" }).click();
  expect((await saved(page)).passwordAuth).toEqual({
    enabled: true,
    identityFields: ["email", "nick"],
  });
});

test("one-time password and second factor", async () => {
  const page = await openOptions();
  const otp = await openPart(page, "One-time password by mail");
  await otp.getByLabel("Enabled").check();
  await otp.getByLabel("Valid for (seconds)").fill("90");
  await otp.getByLabel("Length").fill("6");
  const mfa = await openPart(page, "Second factor");
  await mfa.getByLabel("Enabled").check();
  await mfa.getByLabel("Valid for (seconds)").fill("300");
  await mfa.getByLabel("Only for those who match").fill("verified = true");
  await page.getByLabel("Mail about sign-ins from a new place").uncheck();
  expect(await saved(page)).toMatchObject({
    otp: { enabled: true, duration: 90, length: 6 },
    mfa: { enabled: true, duration: 300, rule: "verified = true" },
    authAlert: { enabled: false },
  });
});

test("what the server refuses opens where it is", async () => {
  const page = await openOptions();
  const files = await openPart(page, "Protected files");
  await files.getByLabel("Valid for (seconds)").fill("1");
  await files.locator("summary").click();
  await page.getByRole("tab", { name: "Fields" }).click();
  await page.keyboard.press("Control+s");
  await page.getByText("Must be no less than 10.").waitFor();
  expect(await page.getByRole("tab", { selected: true }).textContent()).toContain("Auth options");
});

describe("OAuth2", () => {
  test("a provider is added, keeps its secret, and is removed", async () => {
    const page = await openOptions();
    const oauth2 = await openPart(page, "OAuth2 providers");
    await oauth2.getByRole("button", { name: "Add provider" }).click();
    await page.getByLabel("Search providers").fill("oidc");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "OIDC" });
    await dialog.getByLabel("Client id").fill("me");
    await dialog.getByLabel("Client secret").fill("s3cret");
    await dialog.getByLabel("Name for people").fill("House");
    await dialog.getByLabel("Authorization address").fill("https://id.example/auth");
    await dialog.getByLabel("Token address").fill("https://id.example/token");
    await dialog.getByLabel("Profile from").selectOption("The id token");
    await dialog.getByLabel("Address of the keys (JWKS)").fill("https://id.example/keys");
    await dialog.getByLabel("Proof key (PKCE)").uncheck();
    await dialog.getByRole("button", { name: "Set provider" }).click();
    await oauth2.getByLabel("Full name").selectOption("nick");
    const { oauth2: first } = await saved(page);
    expect(first).toMatchObject({
      enabled: true,
      mappedFields: { name: "nick" },
      providers: [
        { name: "oidc", clientId: "me", displayName: "House", pkce: false, userInfoURL: "" },
      ],
    });
    // A later save without the secret leaves it as it is.
    await page.getByRole("button", { name: "Settings of House" }).click();
    expect(await dialog.getByLabel("Client secret").getAttribute("placeholder")).toContain(
      "Stored",
    );
    await dialog.getByLabel("Client id").fill("other");
    // What is typed is not lost by a slip.
    await page.keyboard.press("Escape");
    const question = page.getByRole("dialog", { name: "Discard unsaved changes?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    await dialog.getByRole("button", { name: "Set provider" }).click();
    await saved(page);
    const collection = admin.server.app.collections.find(name)!;
    expect(collection.auth?.oauth2.providers).toMatchObject([
      { clientId: "other", clientSecret: "s3cret" },
    ]);
    // Backspace takes the stored secret away, which the server then misses.
    await page.getByRole("button", { name: "Settings of House" }).click();
    await dialog.getByLabel("Client secret").press("Backspace");
    expect(await dialog.getByLabel("Client secret").getAttribute("placeholder")).toBe("");
    await dialog.getByRole("button", { name: "Set provider" }).click();
    await page.keyboard.press("Control+s");
    await page.getByRole("button", { name: "Settings of House" }).click();
    await dialog.locator(".g-field-error").getByText("Cannot be empty.").waitFor();
    await dialog.getByRole("button", { name: "Remove provider" }).click();
    expect((await saved(page)).oauth2.providers).toEqual([]);
  });

  test.for([
    ["microsoft", ["Authorization address", "Token address", "Where the address comes from"]],
    ["lark", ["Site"]],
    ["gitlab", ["Authorization address", "Token address", "User info address"]],
    ["mailcow", ["Authorization address", "Token address", "User info address"]],
    ["apple", []],
  ] as const)("%s asks for what it needs", async ([provider, labels]) => {
    const page = await openOptions();
    const oauth2 = await openPart(page, "OAuth2 providers");
    await oauth2.getByRole("button", { name: "Add provider" }).click();
    await page.getByRole("button", { name: new RegExp(`\\b${provider}$`) }).click();
    const fields = page.getByRole("dialog").last().locator(".g-field-label");
    expect(await fields.allTextContents()).toEqual(["Client id", "Client secret", ...labels]);
    const hasGenerator = await page.getByRole("button", { name: "Generate a secret" }).count();
    expect(hasGenerator).toBe(provider === "apple" ? 1 : 0);
  });
});

test("the five mails are written, with placeholders to copy, and tried", async () => {
  const smtp = await startMailbox();
  onTestFinished(() => smtp.close());
  await admin.api.settings.update({ smtp: smtp.settings });
  const page = await openOptions();
  const mail = await openPart(page, "Verification of the address");
  await mail.getByLabel("Subject").fill("Please confirm");
  await mail.getByLabel("Text (HTML)").fill("<p>Hello {TOKEN}</p>");
  expect(await mail.locator(".g-row code").allTextContents()).toEqual([
    "{APP_NAME}",
    "{APP_URL}",
    "{RECORD:*}",
    "{TOKEN}",
  ]);
  expect((await saved(page)).verificationTemplate).toEqual({
    subject: "Please confirm",
    body: "<p>Hello {TOKEN}</p>",
  });
  await page.getByRole("button", { name: "Send a test mail" }).click();
  await page.getByRole("textbox", { name: "To" }).fill(EMAIL);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText(`Sent to ${EMAIL}.`).waitFor();
  expect((await smtp.next()).subject).toBe("Please confirm");
  for (const [which, subject] of TRIED) {
    await page.getByRole("button", { name: "Send a test mail" }).click();
    expect(await page.getByRole("textbox", { name: "To" }).inputValue()).toBe(EMAIL);
    await page.getByLabel("Which").selectOption(which);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    expect((await smtp.next()).subject).toMatch(subject);
  }
});

const TRIED = [
  ["Password reset", /^Reset your Acme password/],
  ["Change of address", /^Confirm your Acme new email address/],
  ["One-time password", /^OTP for Acme/],
  ["Sign-in from a new place", /^Login from a new location/],
] as const;

test("Apple's secret is made from its key, and an OIDC provider that moves is asked about", async () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const page = await openOptions();
  const oauth2 = await openPart(page, "OAuth2 providers");
  const add = async (provider: string) => {
    await oauth2.getByRole("button", { name: "Add provider" }).click();
    await page.getByRole("button", { name: new RegExp(`\\b${provider}$`) }).click();
    return page.getByRole("dialog").last();
  };
  const apple = await add("apple");
  await apple.getByLabel("Client id").fill("com.example.app");
  await apple.getByRole("button", { name: "Generate a secret" }).click();
  const maker = page.getByRole("dialog", { name: "Generate Apple’s client secret" });
  await maker.getByLabel("Team id").fill("TEAM123456");
  await maker.getByRole("button", { name: "Generate a secret" }).click();
  await maker.locator(".g-field", { hasText: "Key id" }).locator(".g-field-error").waitFor();
  await maker.getByLabel("Key id").fill("KEY1234567");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await maker.getByLabel("Private key (PEM)").fill(pem);
  await maker.getByRole("button", { name: "Generate a secret" }).click();
  await maker.waitFor({ state: "hidden" });
  const secret = page.getByLabel("Client secret");
  expect(await secret.inputValue()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  await page.getByRole("button", { name: "Set provider" }).click();

  const oidc = await add("oidc");
  await oidc.getByLabel("Client id").fill("me");
  await oidc.getByLabel("Client secret").fill("s3cret");
  for (const [label, path] of Object.entries(ADDRESSES))
    await oidc.getByLabel(label).fill(`https://old.example/${path}`);
  await oidc.getByRole("button", { name: "Set provider" }).click();
  await saved(page);
  await page.getByRole("button", { name: "Settings of OIDC" }).click();
  await page.getByLabel("Authorization address").fill("https://new.example/auth");
  await page.getByRole("button", { name: "Set provider" }).click();
  await page.keyboard.press("Control+s");
  const question = page.getByRole("dialog", { name: "Save these changes?" });
  await question.getByText(/new\.example instead of old\.example/).waitFor();
});

const ADDRESSES = {
  "Authorization address": "auth",
  "Token address": "token",
  "User info address": "me",
};

const MAILS = [
  ["Verification of the address", "{TOKEN}", (all) => all.verificationTemplate],
  ["Password reset", "{TOKEN}", (all) => all.resetPasswordTemplate],
  ["Change of address", "{TOKEN}", (all) => all.confirmEmailChangeTemplate],
  ["One-time password", "{OTP}", (all) => all.otp.emailTemplate],
  ["Sign-in from a new place", "{ALERT_INFO}", (all) => all.authAlert.emailTemplate],
] as const satisfies [string, string, (all: AuthCollectionModel) => EmailTemplate][];

describe("the mail", () => {
  test.for(MAILS)("%s is written, stored, and brought back to its original", async (mail) => {
    const [title, placeholder, read] = mail;
    const page = await openOptions();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const original = read((await stored(name)) as AuthCollectionModel);
    const options = page.getByRole("region", { name: "Mails" }).locator("details", {
      has: page.locator("summary", { hasText: new RegExp(`^${title}$`) }),
    });
    await options.locator("summary").click();
    const reset = options.getByRole("button", { name: "Back to the original text" });
    expect(await reset.count()).toBe(0);
    await options.getByRole("button", { name: placeholder, exact: true }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(placeholder);
    await options.getByLabel("Subject").fill("Ours");
    await options.getByLabel("Text (HTML)").fill(`<p>Hello ${placeholder}</p>`);
    expect(read(await saved(page))).toEqual({
      subject: "Ours",
      body: `<p>Hello ${placeholder}</p>`,
    });
    await reset.click();
    expect(await reset.count()).toBe(0);
    expect(read(await saved(page))).toEqual(original);
  });

  test("that is empty is refused at its field", async () => {
    const page = await openOptions();
    const options = await openPart(page, "Verification of the address");
    await options.getByLabel("Subject").fill("");
    await page.keyboard.press("Control+s");
    const field = options.locator(".g-field", { has: page.getByLabel("Subject") });
    await field.locator(".g-field-error").waitFor();
    expect(await field.locator(".g-field-error").textContent()).toBe("Cannot be empty.");
  });
});

const TOKENS = [
  ["Sign-in", "authToken"],
  ["Password reset", "passwordResetToken"],
  ["Change of address", "emailChangeToken"],
  ["Verification", "verificationToken"],
  ["Protected files", "fileToken"],
] as const;

describe("tokens", () => {
  test.for(TOKENS)("%s: how long they last, and a new secret", async ([title, option]) => {
    const page = await openOptions();
    const secret = () => admin.server.app.collections.find(name)?.auth?.[option].secret;
    const before = secret();
    const options = page.getByRole("region", { name: "Tokens" }).locator("details", {
      has: page.locator("summary", { hasText: new RegExp(`^${title}$`) }),
    });
    await options.locator("summary").click();
    await options.getByLabel("Valid for (seconds)").fill("1000");
    expect((await saved(page))[option].duration).toBe(1000);
    expect(secret()).toBe(before);
    await options.getByRole("button", { name: "End all of them" }).click();
    await options.getByRole("button", { name: "Keep them" }).click();
    expect(await page.getByRole("button", { name: "Save changes" }).isDisabled()).toBe(true);
    await options.getByRole("button", { name: "End all of them" }).click();
    await saved(page);
    expect(secret()).toMatch(/^\w{50}$/);
    expect(secret()).not.toBe(before);
  });

  test("that were made before end with the save", async () => {
    const page = await openOptions();
    const account = { email: "a@b.co", password: PASSWORD, passwordConfirm: PASSWORD };
    await admin.api.collection(name).create(account);
    const users = new PocketBase(admin.server.url).collection(name);
    const { token } = await users.authWithPassword("a@b.co", PASSWORD);
    const signIn = await openPart(page, "Sign-in");
    await signIn.getByRole("button", { name: "End all of them" }).click();
    await saved(page);
    const refresh = await fetch(`${admin.server.url}/api/collections/${name}/auth-refresh`, {
      method: "POST",
      headers: { authorization: token },
    });
    expect(refresh.status).toBe(401);
  });
});

describe("beyond PocketBase", () => {
  const extras = () => admin.api.send(`/api/collections/${name}/auth-extras`, {});

  test("every addition is switched and stored through its own route", async () => {
    const page = await openOptions();
    const before = await stored(name);
    const totp = await openPart(page, "Authenticator apps");
    await totp.getByLabel("Enabled").check();
    await totp.getByLabel("Name shown in the app").fill("Acme");
    const passkeys = await openPart(page, "Passkeys");
    await passkeys.getByLabel("Enabled").check();
    await passkeys.getByLabel("Domain").fill("example.com");
    await passkeys.getByRole("combobox").fill("https://example.com,");
    await (await openPart(page, "Recovery codes")).getByLabel("Enabled").check();
    const keys = await openPart(page, "API keys");
    await keys.getByLabel("Enabled").check();
    await keys.getByLabel("Longest life of a key (days)").fill("30");
    await save(page, name);
    expect(await extras()).toEqual({
      apiKeys: { enabled: true, maxDays: 30 },
      totp: { enabled: true, issuer: "Acme" },
      recoveryCodes: { enabled: true },
      anonymous: { enabled: false, days: 30 },
      passkeys: { enabled: true, rpId: "example.com", origins: ["https://example.com"] },
    });
    // The collection itself has not changed.
    expect((await stored(name))["updated"]).toBe(before["updated"]);
    await page.keyboard.press("Escape");
    await edit(page, name);
    await page.getByRole("tab", { name: "Auth options" }).click();
    await part(page, "Authenticator apps").getByText("On", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Save changes" }).isDisabled()).toBe(true);
  });

  test("what is refused stands at its option, and nothing of it is stored", async () => {
    const page = await openOptions();
    const anonymous = await openPart(page, "Anonymous accounts");
    await anonymous.getByLabel("Enabled").check();
    await anonymous.getByLabel("Deleted when unused for (days)").fill("0");
    await page.getByRole("tab", { name: "Fields" }).click();
    await page.keyboard.press("Control+s");
    await anonymous.getByText("Cannot be empty.").waitFor();
    // It is scrolled to, above the buttons.
    const bottom = async () => (await anonymous.locator(".g-field-error").boundingBox())!.y;
    await expect.poll(bottom).toBeLessThan(640);
    await anonymous.getByLabel("Deleted when unused for (days)").fill("7");
    await page.keyboard.press("Control+s");
    // Accounts without an address need a collection that lets them have none.
    await anonymous.getByText("email field must not be required").waitFor();
    expect((await extras()).anonymous).toEqual({ enabled: false, days: 30 });
  });

  test("a new collection gets its additions with the first save", async () => {
    const { page } = await admin.open("#/collections");
    await page.getByRole("button", { name: "New collection" }).click();
    await page.getByLabel("Name", { exact: true }).fill("fresh");
    await page.getByRole("radio", { name: /Auth collection/ }).check();
    await page.getByRole("tab", { name: "Auth options" }).click();
    await (await openPart(page, "Recovery codes")).getByLabel("Enabled").check();
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText("Created fresh.").waitFor();
    name = "fresh";
    expect(await extras()).toMatchObject({ recoveryCodes: { enabled: true } });
  });

  test("changed additions are not lost silently", async () => {
    const page = await openOptions();
    await (await openPart(page, "Recovery codes")).getByLabel("Enabled").check();
    await page.keyboard.press("Escape");
    const question = page.getByRole("dialog", { name: "Discard unsaved changes?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Undo changes" }).click();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  });
});

describe("of superusers", () => {
  beforeAll(() => {
    name = "_superusers";
  });

  test("one-time password and second factor go together, and the password stays", async () => {
    const { page } = await admin.open("#/collections");
    await page.getByText("System", { exact: true }).click();
    await edit(page, "_superusers");
    await page.getByRole("tab", { name: "Auth options" }).click();
    expect(await part(page, "OAuth2 providers").count()).toBe(0);
    const mfa = await openPart(page, "Second factor");
    await mfa.getByLabel("Enabled").check();
    await page.keyboard.press("Control+s");
    await page.getByText("Saved _superusers.").waitFor();
    expect(await stored("_superusers")).toMatchObject({
      mfa: { enabled: true },
      otp: { enabled: true },
      passwordAuth: { enabled: true },
    });
    await admin.api.collections.update("_superusers", {
      mfa: { enabled: false },
      otp: { enabled: false },
    });
  });
});
