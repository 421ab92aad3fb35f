import { describe, expect, test } from "vitest";
import { useAdmin } from "./admin.ts";
import { edit, save, useCollections } from "./collection-editor.ts";

const admin = useAdmin();
const { make, stored } = useCollections(admin);

describe("rules", () => {
  test("are unlocked, written with suggestions, and locked again", async () => {
    const collection = await make({ deleteRule: "" });
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("tab", { name: "API rules" }).click();
    await page.locator('[data-rule="listRule"]').getByRole("button").click();
    const list = page.getByLabel("List and search", { exact: true });
    await list.pressSequentially("@request.au");
    await page.getByRole("option", { name: "@request.auth." }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type("i");
    await page
      .getByRole("option", { name: /^@request\.auth\.id/ })
      .first()
      .waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type(' != "" && ti');
    await page.keyboard.press("Enter");
    await page.keyboard.type(' != ""');
    expect(await list.inputValue()).toBe('@request.auth.id != "" && title != ""');
    await page.locator('[data-rule="deleteRule"]').getByRole("button").click();
    await save(page, collection);
    expect(await stored(collection)).toMatchObject({
      listRule: '@request.auth.id != "" && title != ""',
      viewRule: null,
      deleteRule: null,
    });
  });

  test.for([
    ["listRule", "List and search"],
    ["viewRule", "View"],
    ["createRule", "Create"],
    ["updateRule", "Update"],
    ["deleteRule", "Delete"],
    ["authRule", "Authentication"],
    ["manageRule", "Manage"],
  ])("%s with a mistake shows the server's words at its place", async ([rule, label]) => {
    const rules = ["list", "view", "create", "update", "delete", "auth"].map((each) => [
      `${each}Rule`,
      "",
    ]);
    const collection = await make({
      type: "auth",
      ...Object.fromEntries(rules),
      manageRule: "id = ''",
    });
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("tab", { name: "API rules" }).click();
    const place = page.locator(`[data-rule="${rule}"]`);
    const field = place.getByLabel(label!, { exact: true });
    await field.fill("nothing = 1");
    await page.getByRole("tab", { name: "Fields" }).click();
    await page.keyboard.press("Control+s");
    // The tab with the mistake is opened, and marked.
    await place
      .locator(".g-field-error")
      .getByText(/unknown field "nothing"/)
      .waitFor();
    expect(await page.locator(".g-field-error").count()).toBe(1);
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await field.fill("id = 1");
    expect(await page.locator(".g-field-error").count()).toBe(0);
  });

  test("of a second factor with a mistake show it there", async () => {
    const on = { enabled: true };
    const collection = await make({ type: "auth", otp: on, mfa: on });
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("tab", { name: "Auth options" }).click();
    await page.locator("summary", { hasText: "Second factor" }).click();
    await page.getByLabel("Only for those who match").fill("nothing = 1");
    await page.keyboard.press("Control+s");
    const field = page.locator(".g-field", { has: page.getByLabel("Only for those who match") });
    const error = field.locator(".g-field-error");
    await error.waitFor();
    expect(await error.textContent()).toMatch(/unknown field "nothing"/);
  });

  test("that become public are asked about", async () => {
    const collection = await make();
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("tab", { name: "API rules" }).click();
    await page.locator('[data-rule="viewRule"]').getByRole("button").click();
    await page.keyboard.press("Control+s");
    const question = page.getByRole("dialog", { name: "Save these changes?" });
    await question.getByText("open to everyone").waitFor();
    await question.getByRole("button", { name: "Cancel" }).click();
    expect((await stored(collection)).viewRule).toBeNull();
  });

  test("of system collections cannot be changed", async () => {
    const { page } = await admin.open("#/collections");
    await page.getByText("System", { exact: true }).click();
    await edit(page, "_otps");
    await page.getByRole("tab", { name: "API rules" }).click();
    await page.getByText("Rules of this system collection cannot be changed.").waitFor();
    expect(await page.locator('[data-rule="createRule"]').getByRole("button").isDisabled()).toBe(
      true,
    );
  });

  test("explain what they may speak of", async () => {
    const collection = await make();
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("tab", { name: "API rules" }).click();
    await page.getByText("Available fields").click();
    expect(await page.getByText("@collection.NAME.*").isVisible()).toBe(true);
  });
});
