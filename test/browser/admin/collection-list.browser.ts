import { beforeAll, describe, expect, test } from "vitest";
import { useBrowser } from "../browser.ts";
import { useAdmin } from "./admin.ts";

const admin = useAdmin({}, useBrowser({ windows: true }));

beforeAll(async () => {
  await admin.api.collections.create({
    name: "tags",
    type: "base",
    fields: [{ name: "label", type: "text" }],
  });
});

describe("the list of collections", () => {
  test("is searched by name, type and id", async () => {
    const { page } = await admin.open("#/collections");
    const search = page.getByLabel("Search collections");
    const names = () =>
      page.locator(".sidebar-item .sidebar-link > span:first-of-type").allTextContents();
    await search.fill("u s e r s");
    await expect.poll(names).toEqual(["users", "_superusers"]);
    await search.fill("_pb_users_auth_");
    await expect.poll(names).toEqual(["users"]);
    await search.fill("nothing at all");
    await page.getByText("No collection matches.").waitFor();
  });

  test("keeps pinned collections first, also after a reload", async () => {
    const { page } = await admin.open("#/collections");
    await page.getByRole("link", { name: "tags", exact: true }).hover();
    await page.getByRole("button", { name: "Pin tags" }).click();
    const group = page.getByRole("region", { name: "Pinned" });
    await group.getByRole("link", { name: "tags" }).waitFor();
    await page.reload();
    await group.getByRole("button", { name: "Unpin tags" }).click();
    await expect.poll(() => group.count()).toBe(0);
  });

  test("hides system collections until they are wanted", async () => {
    const { page } = await admin.open("#/collections");
    const link = page.getByRole("link", { name: "_otps" });
    await page.getByRole("link", { name: "users", exact: true }).waitFor();
    expect(await link.isVisible()).toBe(false);
    await page.getByText("System", { exact: true }).click();
    await link.click();
    await page.getByRole("heading", { name: "_otps" }).waitFor();
  });

  test("warns of OAuth2 without a provider", async () => {
    await admin.api.collections.create({ name: "warned", type: "auth", oauth2: { enabled: true } });
    const { page } = await admin.open("#/collections");
    const link = page.getByRole("link", { name: "warned" });
    expect(await link.textContent()).toContain("no provider is set up");
  });

  test("opens collections in tabs of their own, and has lower lines when they are many", async () => {
    const { page, context } = await admin.open("#/collections");
    const link = page.getByRole("link", { name: "tags", exact: true });
    const height = async () => (await link.boundingBox())!.height;
    const before = await height();
    const opened = context.waitForEvent("page");
    await link.click({ button: "middle" });
    await (await opened).getByRole("heading", { name: "tags" }).waitFor();
    for (let count = 0; count < 12; count++)
      await admin.api.collections.create({ name: `many${count}`, type: "base" });
    await page.reload();
    await page.getByRole("link", { name: "many11" }).waitFor();
    expect(await height()).toBeLessThan(before);
  });

  test("offers no changes where the settings hide the controls", async () => {
    await admin.api.settings.update({ meta: { hideControls: true } });
    const { page } = await admin.open("#/collections");
    await page.getByRole("link", { name: "users", exact: true }).hover();
    expect(await page.getByRole("button", { name: "New collection" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Settings of users" }).count()).toBe(0);
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { name: "Go to users" }).waitFor();
    expect(await page.getByRole("option", { name: /^(?:Edit|New collection)/ }).count()).toBe(0);
    await admin.api.settings.update({ meta: { hideControls: false } });
  });
});
