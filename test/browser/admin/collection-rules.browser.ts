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

  test("with a mistake show the server's words at their place", async () => {
    const collection = await make({ listRule: "", updateRule: "" });
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("tab", { name: "API rules" }).click();
    await page.getByLabel("Update", { exact: true }).fill("nothing = 1");
    await page.keyboard.press("Control+s");
    await page
      .locator('[data-rule="updateRule"] .g-field-error')
      .getByText(/unknown field "nothing"/)
      .waitFor();
    expect(await page.locator('[data-rule="listRule"] .g-field-error').count()).toBe(0);
    await page.getByLabel("Update", { exact: true }).fill("id = 1");
    expect(await page.locator(".g-field-error").count()).toBe(0);
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
