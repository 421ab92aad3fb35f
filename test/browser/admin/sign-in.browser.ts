import type { Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { codeAt } from "../../auth/extras/authenticator-app.ts";
import { startMailbox } from "../../../src/testing/index.ts";
import { findingsInBothThemes } from "./accessibility.ts";
import { EMAIL, PASSWORD, useAdmin } from "./admin.ts";

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
