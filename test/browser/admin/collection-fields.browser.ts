import { describe, expect, test } from "vitest";
import { useAdmin } from "./admin.ts";
import { addField, edit, row, save, useCollections } from "./collection-editor.ts";

const admin = useAdmin();
const { fieldOf, make, stored } = useCollections(admin);

describe("fields", () => {
  test("are put in order by keyboard and by mouse", async () => {
    const collection = await make();
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("button", { name: "Move tags" }).press("ArrowUp");
    await page.getByRole("status").getByText("tags is now 2 of 3").waitFor();
    await save(page, collection);
    const names = async () => (await stored(collection)).fields.map(({ name }) => name);
    expect(await names()).toEqual(["id", "tags", "title"]);
    const from = (await page.getByRole("button", { name: "Move title" }).boundingBox())!;
    const to = (await page.getByRole("button", { name: "Move tags" }).boundingBox())!;
    await page.mouse.move(from.x + 5, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(to.x + 5, to.y + 12, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.press("Control+s");
    await expect.poll(names).toEqual(["id", "title", "tags"]);
  });

  test("of type select: choices are put in order by keyboard and by mouse", async () => {
    const collection = await make();
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("button", { name: "Options of tags" }).click();
    const choices = row(page, "tags").locator(".g-combobox");
    const chip = (name: string) =>
      choices.getByRole("button", { name: `Move ${name}`, exact: true });
    await chip("c").press("ArrowLeft");
    await page.getByRole("status").getByText("c is now 2 of 3").waitFor();
    // The keyboard stays at it.
    await page.keyboard.press("Home");
    expect(await choices.locator(".g-chip").allTextContents()).toEqual(["c", "a", "b"]);
    const [from, to] = [(await chip("b").boundingBox())!, (await chip("c").boundingBox())!];
    await page.mouse.move(from.x + 4, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(to.x + 4, to.y + 8, { steps: 4 });
    expect(await choices.locator(".g-chip[data-drop=before]").textContent()).toBe("c");
    await page.mouse.up();
    expect(await choices.locator(".g-popup:popover-open").count()).toBe(0);
    await save(page, collection);
    expect(await fieldOf(collection, "tags")).toMatchObject({ values: ["b", "c", "a"] });
  });

  test("are renamed, hidden, made presentable and required", async () => {
    const collection = await make({ indexes: [] });
    await admin.api.collections.update(collection, {
      indexes: [`CREATE INDEX idx_${collection} ON ${collection} (title)`],
    });
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await row(page, "title")
      .getByRole("textbox", { name: "Name of the field" })
      .fill("my headline");
    await page.getByRole("button", { name: "Options of my_headline" }).click();
    await row(page, "my_headline").getByLabel("Required").check();
    await row(page, "my_headline").getByLabel("Presentable").check();
    await page.getByRole("button", { name: "Options of tags" }).click();
    await row(page, "tags").getByLabel("Hidden").check();
    await page.keyboard.press("Control+s");
    const question = page.getByRole("dialog", { name: "Save these changes?" });
    await question.getByText("The field title becomes my_headline.").waitFor();
    await question.getByRole("button", { name: "Save changes" }).click();
    await page.getByText(`Saved ${collection}.`).waitFor();
    expect(await fieldOf(collection, "my_headline")).toMatchObject({
      required: true,
      presentable: true,
    });
    expect(await fieldOf(collection, "tags")).toMatchObject({ hidden: true });
    expect((await stored(collection)).indexes[0]).toContain("(`my_headline`)");
  });

  test("are duplicated, removed and brought back", async () => {
    const collection = await make();
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    const act = async (field: string, action: string) => {
      await page.getByRole("button", { name: `Actions for ${field}` }).click();
      await page.getByRole("menuitem", { name: action }).click();
    };
    await act("tags", "Duplicate");
    await act("title", "Remove");
    await page.getByText("Removed with the next save").waitFor();
    await page.getByRole("button", { name: "Restore title" }).click();
    await save(page, collection);
    const names = (await stored(collection)).fields.map(({ name }) => name);
    expect(names).toEqual(["id", "title", "tags", "tags_copy"]);
  });

  test("show what the server says where it is", async () => {
    const collection = await make();
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await addField(page, "Select", "empty");
    await addField(page, "Text", "title");
    await page.keyboard.press("Control+s");
    const second = row(page, "title").nth(1);
    await second.getByText("Another field has this name already.").waitFor();
    await second.getByLabel("Name of the field").fill("other");
    await page.getByRole("tab", { name: "API rules" }).click();
    await page.keyboard.press("Control+s");
    // It is on another tab, which is opened.
    const choices = row(page, "empty").locator(".g-field", { hasText: "Choices" });
    await choices.getByText("Cannot be empty.").waitFor();
    expect(
      await page.getByRole("tab", { name: /something is wrong here/ }).textContent(),
    ).toContain("Fields");
  });
});

test("what is changed while a collection is saved stays, and keeps its editor open", async () => {
  const collection = await make();
  const { page } = await admin.open("#/collections");
  await edit(page, collection);
  const answer = Promise.withResolvers<void>();
  await page.route(`**/api/collections/*`, async (route) => {
    if (route.request().method() === "PATCH") await answer.promise;
    await route.continue();
  });
  await addField(page, "Text", "early");
  await page.getByRole("button", { name: "Save changes" }).click();
  await addField(page, "Text", "late");
  await row(page, "early").getByRole("textbox", { name: "Name of the field" }).fill("earlier");
  answer.resolve();
  await page.getByText(`Saved ${collection}.`).waitFor();
  const names = async () => (await stored(collection)).fields.map(({ name }) => name);
  expect(await names()).toEqual(["id", "title", "tags", "early"]);
  const { id } = await fieldOf(collection, "early");
  await page.getByRole("button", { name: "Save changes" }).click();
  const question = page.getByRole("dialog", { name: "Save these changes?" });
  await question.getByRole("button", { name: "Save changes" }).click();
  await expect.poll(names).toEqual(["id", "title", "tags", "earlier", "late"]);
  expect((await fieldOf(collection, "earlier"))["id"]).toBe(id);
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

describe("indexes", () => {
  test("are made of columns, changed as text, and removed", async () => {
    const collection = await make();
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("button", { name: "New index" }).click();
    const dialog = page.getByRole("dialog", { name: "New index" });
    await dialog.getByRole("combobox", { name: "Columns" }).fill("title");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await dialog.getByLabel("Unique").check();
    await dialog.getByRole("button", { name: "Set index" }).click();
    await save(page, collection);
    expect((await stored(collection)).indexes).toEqual([
      expect.stringMatching(/^CREATE UNIQUE INDEX `idx_\w+` ON `\w+` \(`title`\)$/),
    ]);
    await page.getByRole("button", { name: "Edit index title" }).click();
    await page
      .getByLabel("Statement")
      .fill(`CREATE INDEX idx_${collection} ON ${collection} (title DESC)`);
    await page.getByRole("button", { name: "Set index" }).click();
    await page.keyboard.press("Control+s");
    await expect
      .poll(async () => (await stored(collection)).indexes[0])
      .toMatch(/^CREATE INDEX .*\(`?title`? DESC\)$/);
    await page.getByRole("button", { name: "Edit index title" }).click();
    await page.getByRole("button", { name: "Remove index" }).click();
    await page.keyboard.press("Control+s");
    await expect.poll(async () => (await stored(collection)).indexes).toEqual([]);
  });

  test("that cannot be show why", async () => {
    const collection = await make();
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("button", { name: "New index" }).click();
    await page.getByLabel("Statement").fill("nonsense");
    await page.getByText("This is no CREATE INDEX statement.").waitFor();
    expect(await page.getByRole("button", { name: "Set index" }).isDisabled()).toBe(true);
    await page.getByLabel("Statement").fill(`CREATE INDEX idx_x ON ${collection} (missing)`);
    await page.getByRole("button", { name: "Set index" }).click();
    await page.keyboard.press("Control+s");
    await page
      .locator(".indexes .g-field-error")
      .getByText(/missing/)
      .waitFor();
    expect(await page.locator(".index-chip[data-invalid]").count()).toBe(1);
  });
});

describe("a change that loses data", () => {
  test("says what and of how many records before it is saved", async () => {
    const collection = await make();
    const records = admin.api.collection(collection);
    await records.create({ title: "x", tags: ["a", "b"] });
    await records.create({ title: "y", tags: ["c"] });
    await records.create({ title: "", tags: [] });
    const { page } = await admin.open("#/collections");
    await edit(page, collection);
    await page.getByRole("button", { name: "Actions for title" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Options of tags" }).click();
    await row(page, "tags").getByLabel("How many").selectOption("One");
    await page.getByRole("button", { name: "Remove c", exact: true }).click();
    await page.getByRole("button", { name: "Save changes" }).click();
    const question = page.getByRole("dialog", { name: "Save these changes?" });
    const notice = (text: string) => question.locator(".g-notice", { hasText: text });
    await notice("The field title goes with its values for good.")
      .getByText("2 records concerned")
      .waitFor();
    await notice("Of several values in tags only the last one stays.")
      .getByText("1 record concerned")
      .waitFor();
    await notice("tags no longer takes: c.").getByText("1 record concerned").waitFor();
    await question.getByRole("button", { name: "Cancel" }).click();
    expect((await stored(collection)).fields).toHaveLength(3);
    await page.getByRole("button", { name: "Save changes" }).click();
    await question.getByRole("button", { name: "Save changes" }).click();
    await page.getByText(`Saved ${collection}.`).waitFor();
    expect((await stored(collection)).fields.map(({ name }) => name)).toEqual(["id", "tags"]);
  });
});
