import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useAdmin } from "./admin.ts";
import { addField, edit, row, save, useCollections } from "./collection-editor.ts";

const admin = useAdmin();
const { fieldOf, make } = useCollections(admin);

interface FieldCase {
  readonly type: string;
  readonly change: (page: Page, settings: ReturnType<typeof row>) => Promise<void>;
  readonly stored: Record<string, unknown>;
}

async function choose(settings: ReturnType<typeof row>, label: string, words: readonly string[]) {
  const input = settings.getByRole("combobox", { name: label });
  for (const word of words) {
    await input.fill(word);
    await input.press("Enter");
  }
}

/** Every option that only this type has, set to something. */
const FIELD_TYPES: readonly FieldCase[] = [
  {
    type: "Text",
    change: async (_, settings) => {
      await settings.getByLabel("Minimum length").fill("2");
      await settings.getByLabel("Maximum length").fill("20");
      await settings.getByLabel("Validation pattern").fill("^[a-z]+$");
      await settings.getByLabel("Pattern of generated values").fill("[a-z]{5}");
    },
    stored: { type: "text", min: 2, max: 20, pattern: "^[a-z]+$", autogeneratePattern: "[a-z]{5}" },
  },
  {
    type: "Rich text",
    change: async (_, settings) => {
      await settings.getByLabel("Maximum size (bytes)").fill("1000");
      await settings.getByLabel("Strip the application’s address from links").check();
    },
    stored: { type: "editor", maxSize: 1000, convertURLs: true },
  },
  {
    type: "Number",
    change: async (_, settings) => {
      await settings.getByLabel("Minimum").fill("-2");
      await settings.getByLabel("Maximum").fill("0");
      await settings.getByLabel("No decimals").check();
    },
    stored: { type: "number", min: -2, max: 0, onlyInt: true },
  },
  {
    type: "Yes or no",
    change: async (_, settings) => {
      await settings.getByLabel("Required").check();
    },
    stored: { type: "bool", required: true },
  },
  {
    type: "Email",
    change: async (_, settings) => choose(settings, "Only these domains", ["example.com", "a.b"]),
    stored: { type: "email", onlyDomains: ["example.com", "a.b"], exceptDomains: [] },
  },
  {
    type: "URL",
    change: async (_, settings) => choose(settings, "All but these domains", ["example.com"]),
    stored: { type: "url", exceptDomains: ["example.com"], onlyDomains: [] },
  },
  {
    type: "Email",
    change: async (_, settings) => choose(settings, "All but these domains", ["example.com"]),
    stored: { type: "email", exceptDomains: ["example.com"], onlyDomains: [] },
  },
  {
    type: "URL",
    change: async (_, settings) => choose(settings, "Only these domains", ["example.com"]),
    stored: { type: "url", exceptDomains: [], onlyDomains: ["example.com"] },
  },
  {
    type: "Date and time",
    change: async (_, settings) => {
      await settings.getByLabel("Earliest").fill("2026-01-01 00:00:00");
      await settings.getByLabel("Latest").fill("2026-12-31 00:00:00");
    },
    stored: { type: "date", min: "2026-01-01 00:00:00.000Z", max: "2026-12-31 00:00:00.000Z" },
  },
  {
    type: "Automatic date",
    change: async (_, settings) => {
      await settings.getByLabel("Set").selectOption("When created and updated");
    },
    stored: { type: "autodate", onCreate: true, onUpdate: true },
  },
  {
    type: "Select",
    change: async (_, settings) => {
      await choose(settings, "Choices", ["red", "green", "blue"]);
      await settings.getByLabel("How many").selectOption("Several");
      await settings.getByLabel("At most").fill("2");
    },
    stored: { type: "select", values: ["red", "green", "blue"], maxSelect: 2 },
  },
  {
    type: "File",
    change: async (page, settings) => {
      await settings.getByRole("button", { name: "Add a group" }).click();
      await page.getByRole("menuitem", { name: "Archives" }).click();
      await choose(settings, "Sizes of thumbnails", ["100x100", "0x50"]);
      await settings.getByLabel("Maximum size (bytes)").fill("5000");
      await settings.getByLabel("How many").selectOption("Several");
      await settings.getByLabel("At most").fill("4");
      await settings.getByLabel("Protected").check();
    },
    stored: {
      type: "file",
      mimeTypes: [
        "application/zip",
        "application/x-7z-compressed",
        "application/x-rar-compressed",
        "application/gzip",
        "application/x-tar",
      ],
      thumbs: ["100x100", "0x50"],
      maxSize: 5000,
      maxSelect: 4,
      protected: true,
    },
  },
  {
    type: "Relation",
    change: async (_, settings) => {
      await choose(settings, "Collection", ["users"]);
      await settings
        .getByLabel("When the other record is deleted")
        .selectOption("Delete this record too");
      await settings.getByLabel("How many").selectOption("Several");
      await settings.getByLabel("At most").fill("5");
      await settings.getByLabel("At least").fill("1");
    },
    stored: {
      type: "relation",
      collectionId: "_pb_users_auth_",
      cascadeDelete: true,
      maxSelect: 5,
      minSelect: 1,
    },
  },
  {
    type: "JSON",
    change: async (_, settings) => {
      await settings.getByLabel("Maximum size (bytes)").fill("300");
    },
    stored: { type: "json", maxSize: 300 },
  },
  {
    type: "Geo point",
    change: async (_, settings) => {
      await settings.getByLabel("Required").check();
    },
    stored: { type: "geoPoint", required: true },
  },
];

test("groups of file types are added to each other", async () => {
  const collection = await make();
  const { page } = await admin.open("#/collections");
  await edit(page, collection);
  await addField(page, "File", "papers");
  const settings = row(page, "papers");
  for (const group of ["Images", "Documents", "Videos"]) {
    await settings.getByRole("button", { name: "Add a group" }).click();
    await page.getByRole("menuitem", { name: group }).click();
  }
  await save(page, collection);
  const { mimeTypes } = await fieldOf(collection, "papers");
  const wanted = ["image/png", "image/webp", "application/pdf", "text/csv", "video/mp4"];
  expect(mimeTypes).toEqual(expect.arrayContaining(wanted));
  expect(mimeTypes).not.toContain("application/zip");
});

test("a date is set when wanted: once, or with every change", async () => {
  const collection = await make();
  const { page } = await admin.open("#/collections");
  await edit(page, collection);
  for (const [name, when] of [
    ["once", "When created"],
    ["again", "When updated"],
  ] as const) {
    await addField(page, "Automatic date", name);
    await row(page, name).getByLabel("Set").selectOption(when);
  }
  await save(page, collection);
  expect(await fieldOf(collection, "once")).toMatchObject({ onCreate: true, onUpdate: false });
  expect(await fieldOf(collection, "again")).toMatchObject({ onCreate: false, onUpdate: true });
});

test("a relation makes the collection that it lacks, and keeps to it once it is saved", async () => {
  const collection = await make();
  const { page } = await admin.open("#/collections");
  await edit(page, collection);
  await addField(page, "Relation", "owner");
  const settings = row(page, "owner");
  await settings.getByRole("button", { name: "New collection" }).click();
  const dialog = page.getByRole("dialog", { name: "New collection" });
  await dialog.getByLabel("Name").fill(collection);
  await page.keyboard.press("Enter");
  await dialog
    .locator(".g-field-error")
    .getByText(/unique/)
    .waitFor();
  await dialog.getByLabel("Name").fill("made on the way");
  await page.keyboard.press("Enter");
  await settings.getByText("made_on_the_way").waitFor();
  await save(page, collection);
  const target = await admin.api.collections.getOne("made_on_the_way");
  expect(target.fields.map(({ name }) => name)).toEqual(["id", "created", "updated"]);
  expect(await fieldOf(collection, "owner")).toMatchObject({ collectionId: target.id });
  await page.getByRole("button", { name: "Options of owner" }).click();
  expect(await settings.getByRole("combobox", { name: "Collection" }).isDisabled()).toBe(true);
  expect(await settings.getByRole("button", { name: "New collection" }).count()).toBe(0);
});

test("the password of accounts has its own limits", async () => {
  const collection = await make({ type: "auth" });
  const { page } = await admin.open("#/collections");
  await edit(page, collection);
  await page.getByRole("button", { name: "Options of password", exact: true }).click();
  const settings = row(page, "password");
  await settings.getByLabel("Minimum length").fill("9");
  await settings.getByLabel("Maximum length").fill("60");
  await settings.getByLabel("Bcrypt cost").fill("5");
  await settings.getByLabel("Validation pattern").fill("^[a-z]+$");
  await save(page, collection);
  const stored = { min: 9, max: 60, cost: 5, pattern: "^[a-z]+$" };
  expect(await fieldOf(collection, "password")).toMatchObject(stored);
});

describe("a field of type", () => {
  test.for(FIELD_TYPES)(
    "$type is added with every option it has",
    async ({ type, change, stored }) => {
      const collection = await make();
      const tab = await admin.open("#/collections");
      const { page } = tab;
      await edit(page, collection);
      await addField(page, type, "added");
      const settings = row(page, "added");
      await change(page, settings);
      await settings.getByLabel("Help text").fill("What it is for");
      await save(page, collection);
      expect(await fieldOf(collection, "added")).toMatchObject({
        ...stored,
        ...(type !== "Automatic date" && { help: "What it is for" }),
      });
      expect(tab.problems).toEqual([]);
    },
  );
});
