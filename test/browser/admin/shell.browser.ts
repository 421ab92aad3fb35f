import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { useAdmin } from "./admin.ts";
import { findingsInBothThemes } from "./accessibility.ts";

const admin = useAdmin();

const PHONE = { viewport: { width: 390, height: 844 }, reducedMotion: "reduce" } as const;

const SCREENS = [
  ["sign-in", "#/login", true],
  ["forgotten password", "#/request-password-reset", true],
  ["installer without a valid link", "#/pbinstall/x", true],
  ["new password", "#/auth/confirm-password-reset/x.e30.y", true],
  ["change of address", "#/auth/confirm-email-change/x.e30.y", true],
  ["end of an OAuth2 sign-in", "#/auth/oauth2-redirect-success", true],
  ["records", "#/collections?collection=users", false],
  ["superusers", "#/superusers", false],
] as const;

test.for(SCREENS)(
  "the screen %s is accessible in both themes and fits a phone",
  async ([, hash, guest]) => {
    const tab = await admin.open(hash, { guest, ...PHONE });
    const { page } = tab;
    await page.locator("h1").waitFor();
    expect(await findingsInBothThemes(page)).toEqual([]);
    const width = await page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBeLessThanOrEqual(390);
    expect(tab.problems).toEqual([]);
  },
);

test("no request leaves the server, and nothing is written into the page", async () => {
  const tab = await admin.open("#/superusers");
  const foreign: string[] = [];
  tab.page.on("request", (request) => {
    if (!request.url().startsWith(admin.server.url)) foreign.push(request.url());
  });
  await tab.page.reload();
  await tab.page.getByRole("heading", { name: "Superusers" }).waitFor();
  expect(foreign).toEqual([]);
  expect(tab.problems).toEqual([]);
});

test("the palette goes to a collection with a few keys", async () => {
  const { page } = await admin.open("#/superusers");
  await page.getByRole("heading", { name: "Superusers" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("users");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "users", exact: true }).waitFor();
  expect(page.url()).toContain("collection=users");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Commands" }).waitFor();
  await page.keyboard.press("Escape");
  expect(await page.getByRole("dialog").count()).toBe(0);
});

test("an address that changes while the page still fetches its language is followed", async () => {
  const { page } = await admin.browser.newTab({ locale: "de-DE" });
  await page.route(/assets\/de-/, async (route) => {
    await new Promise((done) => setTimeout(done, 500));
    await route.continue();
  });
  const asked = page.waitForRequest(/assets\/de-/);
  await page.goto(`${admin.server.url}/_/#/login`, { waitUntil: "commit" });
  await asked;
  await page.evaluate(`location.hash = "#/request-password-reset"`);
  await page.getByRole("button", { name: "Link schicken" }).waitFor();
  expect(page.url()).toContain("#/request-password-reset");
});

test("theme and language are switched and remembered", async () => {
  const { page } = await admin.open("#/superusers");
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Dark" }).click();
  expect(await page.locator("html").getAttribute("data-color-scheme")).toBe("dark");
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Deutsch" }).click();
  await page.getByRole("button", { name: "Neuer Superuser" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Neuer Superuser" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
  expect(await page.locator("html").getAttribute("data-color-scheme")).toBe("dark");
});

test("what is changed in another tab shows in this one", async () => {
  const { page, context } = await admin.open("#/superusers");
  await page.getByRole("heading", { name: "Superusers" }).waitFor();
  const other = await context.newPage();
  await other.goto(`${admin.server.url}/_/#/superusers`);
  await other.getByRole("button", { name: "Theme" }).click();
  await other.getByRole("menuitemcheckbox", { name: "Dark" }).click();
  const html = (name: string) => page.locator("html").getAttribute(name);
  await expect.poll(() => html("data-color-scheme")).toBe("dark");
  await other.getByRole("button", { name: "New collection" }).click();
  await other.getByLabel("Name", { exact: true }).fill("elsewhere");
  await other.getByRole("button", { name: "Create", exact: true }).click();
  const link = page.getByRole("link", { name: "elsewhere", exact: true });
  await expect.poll(() => link.count()).toBe(1);
  await other.getByRole("button", { name: "Language" }).click();
  await other.getByRole("menuitemcheckbox", { name: "Français" }).click();
  await expect.poll(() => html("lang")).toBe("fr");
});

test("the sidebar is made wider by mouse and by keyboard, and stays so", async () => {
  const { page } = await admin.open("#/superusers");
  const divider = page.getByRole("separator", { name: "Width of the navigation" });
  await divider.focus();
  await page.keyboard.press("ArrowRight");
  expect(await divider.getAttribute("aria-valuenow")).toBe("266");
  const box = (await divider.boundingBox())!;
  await page.mouse.move(box.x + 2, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(320, box.y + 100);
  await page.mouse.up();
  expect(await divider.getAttribute("aria-valuenow")).toBe("320");
  await page.reload();
  expect(await divider.getAttribute("aria-valuenow")).toBe("320");
});

test("the foot leads to the documentation, which the server itself has, and tells the version", async () => {
  const tab = await admin.open("#/superusers");
  const foot = tab.page.locator(".sidebar-foot");
  const { version }: { version: string } = JSON.parse(readFileSync("package.json", "utf8"));
  await foot.getByText(`Generatio ${version}`, { exact: true }).waitFor();
  const opened = tab.context.waitForEvent("page");
  await foot.getByRole("link", { name: "Documentation" }).click();
  const docs = await opened;
  await docs.setViewportSize(PHONE.viewport);
  await docs.getByRole("heading", { name: "Two commands" }).waitFor();
  expect(docs.url()).toBe(`${admin.server.url}/_/docs/`);
  expect(await findingsInBothThemes(docs)).toEqual([]);
  expect(await docs.evaluate("document.documentElement.scrollWidth")).toBe(390);
  expect(tab.problems).toEqual([]);
});

test("the logo leads home, and the account to who may do everything", async () => {
  const { page } = await admin.open("#/superusers");
  await page.getByRole("navigation").getByRole("link", { name: "Acme" }).click();
  await page.getByRole("button", { name: "New record" }).first().waitFor();
  expect(page.url()).toContain("#/collections");
  await page.getByRole("link", { name: "Superusers" }).click();
  await page.getByRole("heading", { name: "Superusers" }).waitFor();
  expect(page.url()).toContain("#/superusers");
});

test("menus are used by arrows, first letters, and left by Esc", async () => {
  const { page } = await admin.open("#/superusers");
  const theme = page.getByRole("button", { name: "Theme" });
  const focused = () => page.locator(":focus").textContent();
  await theme.press("Enter");
  await expect.poll(focused).toBe("As the system");
  await page.keyboard.press("ArrowDown");
  expect(await focused()).toBe("Light");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  expect(await focused()).toBe("Dark");
  await page.keyboard.press("l");
  expect(await focused()).toBe("Light");
  await page.keyboard.press("End");
  expect(await focused()).toBe("Dark");
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("menu").count()).toBe(0);
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Theme");
});

test("on a phone the navigation opens and closes", async () => {
  const { page } = await admin.open("#/superusers", PHONE);
  const link = page.getByRole("link", { name: "users", exact: true });
  expect(await link.isVisible()).toBe(false);
  await page.getByRole("button", { name: "Open navigation" }).click();
  await link.click();
  await page.getByRole("heading", { name: "users" }).waitFor();
  await expect.poll(() => link.isVisible()).toBe(false);
});

test("whoever uses the keyboard only gets past the navigation", async () => {
  const { page } = await admin.open("#/superusers");
  await page.getByRole("heading", { name: "Superusers" }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.locator(":focus").textContent()).toBe("New superuser");
});
