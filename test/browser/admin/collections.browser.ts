import { beforeAll, describe, expect, test } from "vitest";
import { findingsInBothThemes } from "./accessibility.ts";
import { useAdmin } from "./admin.ts";
import { addField, edit, row, useCollections } from "./collection-editor.ts";

const admin = useAdmin();
const { make, stored } = useCollections(admin);

beforeAll(async () => {
  await admin.api.collections.create({
    name: "tags",
    type: "base",
    fields: [{ name: "label", type: "text" }],
  });
});

describe("collections", () => {
  test("are made, named as they can be, and shown", async () => {
    const tab = await admin.open("#/collections");
    const { page } = tab;
    await page.getByRole("button", { name: "New collection" }).click();
    await page.getByLabel("Name", { exact: true }).fill("My first");
    await addField(page, "Text", "title");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText("Created My_first.").waitFor();
    await page.getByRole("heading", { name: "My_first" }).waitFor();
    const { fields } = await stored("My_first");
    expect(fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "id text",
      "title text",
      "created autodate",
      "updated autodate",
    ]);
    expect(tab.problems).toEqual([]);
  });

  test("are renamed after a question, and keep what is shown", async () => {
    const collection = await make();
    const { page } = await admin.open(`#/collections?collection=${collection}`);
    await edit(page, collection);
    await page.getByLabel("Name", { exact: true }).fill("Étagère neuve");
    await page.keyboard.press("Control+s");
    const question = page.getByRole("dialog", { name: "Save these changes?" });
    await question.getByText(`The collection ${collection} becomes`).waitFor();
    await question.getByText("that use the old names").waitFor();
    await question.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Saved Etagere_neuve.").waitFor();
    expect(page.url()).toContain("collection=Etagere_neuve");
    expect((await stored("Etagere_neuve")).fields).toHaveLength(3);
  });

  test("of the system show it, and cannot be renamed, emptied or deleted", async () => {
    const { page } = await admin.open("#/collections");
    await page.getByText("System", { exact: true }).click();
    await edit(page, "_mfas");
    const dialog = page.getByRole("dialog", { name: "Edit _mfas" });
    await dialog.locator(".g-dialog-head").getByText("System").waitFor();
    expect(await dialog.getByLabel("Name", { exact: true }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "More actions" }).click();
    for (const action of ["Duplicate", "Delete all records", "Delete collection"])
      expect(await page.getByRole("menuitem", { name: action }).isDisabled()).toBe(true);
  });

  test("of type auth begin with what accounts need", async () => {
    const { page } = await admin.open("#/collections");
    await page.getByRole("button", { name: "New collection" }).click();
    await page.getByLabel("Name", { exact: true }).fill("members");
    await page.getByRole("radio", { name: /Auth collection/ }).check();
    await page.getByRole("tab", { name: "Auth options" }).waitFor();
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText("Created members.").waitFor();
    const { fields, type } = await stored("members");
    expect(type).toBe("auth");
    expect(fields.map(({ name }) => name)).toEqual([
      "id",
      "password",
      "tokenKey",
      "email",
      "emailVisibility",
      "verified",
      "created",
      "updated",
    ]);
  });

  test("of type view run their query while it is typed", async () => {
    const { page } = await admin.open("#/collections");
    await admin.api.collection("tags").create({ label: "first" });
    await page.getByRole("button", { name: "New collection" }).click();
    await page.getByLabel("Name", { exact: true }).fill("labels");
    await page.getByRole("radio", { name: /View collection/ }).check();
    const query = page.getByRole("textbox", { name: "Query" });
    await query.fill("select missing from nowhere");
    await page.getByText(/no such table/).waitFor();
    await query.fill("select id, label from tags");
    await page.getByRole("gridcell", { name: "first" }).waitFor();
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText("Created labels.").waitFor();
    expect((await stored("labels")).fields.map(({ name }) => name)).toEqual(["id", "label"]);
  });

  test("begin again with another type, after a question when fields would go", async () => {
    const { page } = await admin.open("#/collections");
    await page.getByRole("button", { name: "New collection" }).click();
    await page.getByLabel("Name", { exact: true }).fill("changing");
    await addField(page, "Text", "mine");
    await page.getByRole("radio", { name: /Auth collection/ }).click();
    const question = page.getByRole("dialog", { name: "Discard unsaved changes?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    expect(await page.getByRole("radio", { name: /Base collection/ }).isChecked()).toBe(true);
    expect(await row(page, "mine").count()).toBe(1);
    await page.getByRole("radio", { name: /Auth collection/ }).click();
    await question.getByRole("button", { name: "Discard" }).click();
    await row(page, "tokenKey").waitFor();
    expect(await row(page, "mine").count()).toBe(0);
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("changing");
  });

  test("are named by an input method too: what is composed is put right when the name is left", async () => {
    const { page } = await admin.open("#/collections");
    await page.getByRole("button", { name: "New collection" }).click();
    const name = page.getByLabel("Name", { exact: true });
    await name.focus();
    const session = await page.context().newCDPSession(page);
    const compose = { selectionStart: 2, selectionEnd: 2 };
    await session.send("Input.imeSetComposition", { text: "e´", ...compose });
    await page.keyboard.insertText("étage neuf");
    expect(await name.inputValue()).toBe("étage_neuf");
    await page.keyboard.press("Tab");
    await expect.poll(() => name.inputValue()).toBe("etage_neuf");
  });

  test("of type view: the query is typed as in an editor of code, and left by keyboard", async () => {
    const { page } = await admin.open("#/collections");
    await page.getByRole("button", { name: "New collection" }).click();
    await page.getByRole("radio", { name: /View collection/ }).check();
    const query = page.getByRole("textbox", { name: "Query" });
    const selected = () =>
      query.evaluate(
        ({
          value,
          selectionStart,
          selectionEnd,
        }: {
          value: string;
          selectionStart: number;
          selectionEnd: number;
        }) => value.slice(selectionStart, selectionEnd),
      );
    // Who only comes along changes nothing.
    await query.focus();
    await page.keyboard.press("Tab");
    expect(await query.inputValue()).toBe("");
    await query.focus();
    await page.keyboard.type("select id");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("from tags");
    expect(await query.inputValue()).toBe("select id\n  from tags");
    await page.keyboard.press("Control+d");
    expect(await selected()).toBe("tags");
    await page.keyboard.press("Home");
    await page.keyboard.press("Control+l");
    expect(await selected()).toBe("  from tags");
    await page.keyboard.press("Shift+Tab");
    expect(await query.inputValue()).toBe("select id\nfrom tags");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Tab");
    expect(await query.inputValue()).toBe("  select id\n  from tags");
    await page.keyboard.press("Control+z");
    expect(await query.inputValue()).toBe("select id\nfrom tags");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    expect(await page.locator("textarea:focus").count()).toBe(0);
    expect(await query.inputValue()).toBe("select id\nfrom tags");
  });

  test("show a name that is taken", async () => {
    const { page } = await admin.open("#/collections");
    await page.getByRole("button", { name: "New collection" }).click();
    await page.getByLabel("Name", { exact: true }).fill("tags");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    const error = page.locator(".g-field-error").first();
    expect(await error.textContent()).toContain("Collection name must be unique");
  });

  test("are duplicated and copied as JSON", async () => {
    const collection = await make({
      indexes: ["CREATE UNIQUE INDEX idx_unique_thing ON x (title)"],
    });
    const { page } = await admin.open("#/collections", {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await edit(page, collection);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Copy as JSON" }).click();
    await page.getByText("Copied as JSON.").waitFor();
    const copied = JSON.parse(String(await page.evaluate("navigator.clipboard.readText()")));
    expect(copied.name).toBe(collection);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Duplicate" }).click();
    await page.getByRole("dialog", { name: "New collection" }).waitFor();
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText(`Created ${collection}_duplicate.`).waitFor();
    const copy = await stored(`${collection}_duplicate`);
    expect(copy.fields.map(({ name }) => name)).toEqual(["id", "title", "tags"]);
    expect(copy.indexes).toHaveLength(1);
  });

  test("are emptied and deleted only when their name is typed", async () => {
    const collection = await make();
    for (const title of ["a", "b"]) await admin.api.collection(collection).create({ title });
    const { page } = await admin.open(`#/collections?collection=${collection}`);
    await edit(page, collection);
    const act = async (action: string) => {
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: action }).click();
    };
    await act("Delete all records");
    await page.getByText("2 records are deleted with their files").waitFor();
    const confirm = page
      .getByRole("dialog")
      .last()
      .getByRole("button", { name: "Delete all records" });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel(`Type ${collection} to confirm`).fill(collection);
    await confirm.click();
    await page.getByText(`Deleted all records of ${collection}.`).waitFor();
    expect((await admin.api.collection(collection).getList()).totalItems).toBe(0);
    await act("Delete collection");
    await page.getByLabel(`Type ${collection} to confirm`).fill(collection);
    await page.keyboard.press("Enter");
    await page.getByText(`Deleted ${collection}.`).waitFor();
    await expect.poll(() => page.getByRole("link", { name: collection }).count()).toBe(0);
  });

  test("are not lost silently while they are edited", async () => {
    const collection = await make();
    const { page } = await admin.open(`#/collections?collection=${collection}`);
    await edit(page, collection);
    await addField(page, "Text", "half");
    await page.keyboard.press("Escape");
    const question = page.getByRole("dialog", { name: "Discard unsaved changes?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    // Nor by its buttons, or a click beside it.
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await question.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await question.getByRole("button", { name: "Cancel" }).click();
    await page.mouse.click(20, 300);
    await question.getByRole("button", { name: "Cancel" }).click();
    expect(await row(page, "half").count()).toBe(1);
    // Nor by going back, by another command, or by closing the page.
    await page.evaluate(`location.hash = "#/superusers"`);
    await question.getByRole("button", { name: "Cancel" }).click();
    expect(page.url()).toContain(`collection=${collection}`);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("Edit tags");
    await page.keyboard.press("Enter");
    await question.getByRole("button", { name: "Cancel" }).click();
    let isAsked = false;
    page.once("dialog", (dialog) => {
      isAsked = dialog.type() === "beforeunload";
      void dialog.accept();
    });
    await page.reload();
    expect(isAsked).toBe(true);
  });

  test("can be brought back to what is stored", async () => {
    const collection = await make();
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await addField(page, "Text", "half");
    await page.getByRole("button", { name: "Undo changes" }).click();
    expect(await row(page, "half").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Save changes" }).isDisabled()).toBe(true);
  });
});

describe("the editor is accessible in both themes and fits a phone", () => {
  test.for([
    ["users", "Fields"],
    ["users", "API rules"],
    ["users", "Auth options"],
  ])("%s: %s", async ([collection, name]) => {
    const { page } = await admin.open("#/collections", {
      viewport: { width: 390, height: 844 },
      reducedMotion: "reduce",
    });
    await page.locator("h1").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Commands" }).fill(`Edit ${collection}`);
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: name! }).click();
    for (const summary of await page.locator("summary:visible").all()) await summary.click();
    const options = page.getByRole("button", { name: /^Options of/ });
    for (const button of await options.all()) await button.click();
    expect(await findingsInBothThemes(page)).toEqual([]);
    const body = page.locator(".g-dialog-body");
    const [scroll, client] = await body.evaluate((element) => [
      element.scrollWidth,
      element.clientWidth,
    ]);
    expect(scroll).toBeLessThanOrEqual(client!);
  });
});
