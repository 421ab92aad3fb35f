import { expect, onTestFinished, test } from "vitest";
import { startMailbox, startTestServer } from "../../../src/testing/index.ts";
import { installerToken } from "../../../src/auth/superusers.ts";
import { EMAIL, officialUIFolder, PASSWORD, probeExtension, useOfficialUI } from "./official-ui.ts";

const official = useOfficialUI({ extensions: [probeExtension()] });

/** Addresses of pages, and what only the page has. */
const PLACES = [
  ["collections?collection=users", ".col-field-name-emailVisibility, .new-record-btn"],
  ["collections?collection=_externalAuths", "th:has-text('providerId')"],
  ["settings", "input[name='meta.appName']"],
  ["settings/mail", "input[name='meta.senderName']"],
  ["settings/storage", "input[name='s3.enabled']"],
  ["settings/backups", "text=No backups found."],
  ["settings/crons", "text=__pbDBOptimize__"],
  ["settings/export-collections", "text=Download as JSON"],
  ["settings/import-collections", "textarea[name=collections]"],
  ["settings/sql", "button:has-text('Execute')"],
  ["logs", "text=Include requests by superusers"],
] as const;

test("the installer link makes the first superuser", async () => {
  const server = await startTestServer({ adminDir: officialUIFolder() });
  onTestFinished(() => server.close());
  const { page, problems } = await official.browser.newTab({ locale: "en-US" });
  await page.goto(`${server.url}/_/#/pbinstall/${await installerToken(server.app)}`);
  await page.locator("input[type=email]").fill("first@example.com");
  const passwords = page.locator("input[type=password]");
  await passwords.nth(0).fill(PASSWORD);
  await passwords.nth(1).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#\/collections/);
  await page.getByText("users", { exact: true }).first().waitFor();
  expect(problems).toEqual([]);
});

test("a superuser signs in, every page opens, and the scripts of extensions run", async () => {
  const { page, refused, problems } = await official.open("", { guest: true });
  await page.locator("input[type=email]").fill(EMAIL);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#\/collections/);
  for (const [place, sign] of PLACES) {
    await page.goto(`${official.server.url}/_/#/${place}`);
    await page.locator(sign).first().waitFor();
    await page.waitForLoadState("networkidle");
  }
  expect(await page.evaluate("window.fromExtension")).toBe(true);
  expect(refused).toEqual([]);
  expect(problems).toEqual([]);
});

test("a token that has ended leads to the sign-in, a wrong password says so", async () => {
  const tab = await official.open("", { guest: true });
  const { page } = tab;
  await page.evaluate(
    `localStorage.setItem("__pb_superusers__/_", '{"token":"e30.eyJleHAiOjk5OTk5OTk5OTl9.x","record":{"id":"x"}}')`,
  );
  await page.goto(`${official.server.url}/_/#/collections`);
  await page.reload();
  await page.locator("input[type=email]").fill(EMAIL);
  await page.locator("input[type=password]").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("Invalid login credentials.").waitFor();
  // The lists asked for before the answer to the token may be refused too.
  expect(tab.refused).toContain("401 POST /api/collections/_superusers/auth-refresh");
  expect(tab.refused.at(-1)).toBe("400 POST /api/collections/_superusers/auth-with-password");
});

test("a superuser with a second factor signs in with the password of a mail", async () => {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  const { api } = official;
  await api.settings.update({ smtp: mailbox.settings });
  await api.collections.update("_superusers", { mfa: { enabled: true }, otp: { enabled: true } });
  onTestFinished(async () => {
    await api.collections.update("_superusers", {
      mfa: { enabled: false },
      otp: { enabled: false },
    });
  });
  const { page, refused } = await official.open("", { guest: true });
  await page.locator("input[type=email]").fill(EMAIL);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  const mail = await mailbox.next();
  const code = /\b\d{8}\b/.exec(mail.text)?.[0] ?? "";
  await page.locator("input[type=password]").fill(code);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#\/collections/);
  // The first answer of a sign-in with two factors is a 401 that names the second.
  expect(refused).toEqual(["401 POST /api/collections/_superusers/auth-with-password"]);
});

test("a forgotten password is asked for, and set by the link of the mail", async () => {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  const { api, server } = official;
  await api.settings.update({ smtp: mailbox.settings });
  await api
    .collection("_superusers")
    .create({ email: "second@example.com", password: PASSWORD, passwordConfirm: PASSWORD });
  const { page, refused, problems } = await official.open("#/request-password-reset", {
    guest: true,
  });
  await page.locator("input[type=email]").fill("second@example.com");
  await page.keyboard.press("Enter");
  const mail = await mailbox.next();
  const link = /\/_\/(#\/auth\/confirm-password-reset\/[\w.-]+)/.exec(mail.text)?.[1] ?? "";
  await page.goto(`${server.url}/_/${link}`);
  await page.locator("input[type=password]").nth(0).fill("abcdefghijk");
  await page.locator("input[type=password]").nth(1).fill("abcdefghijk");
  await page.keyboard.press("Enter");
  await page
    .getByText(/success/i)
    .first()
    .waitFor();
  await api.collection("_superusers").authWithPassword("second@example.com", "abcdefghijk");
  await api.collection("_superusers").authWithPassword(EMAIL, PASSWORD);
  expect(refused).toEqual([]);
  expect(problems).toEqual([]);
});
