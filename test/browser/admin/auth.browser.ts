import { expect, onTestFinished, test } from "vitest";
import { installerToken } from "../../../src/auth/superusers.ts";
import { startTestServer } from "../../../src/testing/index.ts";
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
