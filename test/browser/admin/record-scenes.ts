import type { Page } from "playwright-core";
import type PocketBase from "pocketbase";
import { PASSWORD } from "./admin.ts";
import { makeAuthors, makeEverything, PNG } from "./everything.ts";

const EVERYTHING = "#/collections?collection=everything";
/** What is wrong in one row is in all, and each is looked at in every scene. */
const ROWS = 4;

/** Records with every kind of value, a view, and an account that signs in elsewhere too. */
export async function prepareScenes(api: PocketBase): Promise<void> {
  await makeEverything(api);
  const authors = await makeAuthors(api);
  for (let at = 1; at <= ROWS; at++) {
    const form = new FormData();
    form.append("title", `Row ${at}`);
    form.append("body", "<h2>Head</h2><p>Some <b>rich</b> text with a <a href='#'>link</a></p>");
    form.append("amount", String(at * 12.5));
    form.append("active", String(at % 2 === 0));
    form.append("mail", "someone@example.com");
    form.append("site", "https://example.com/a/rather/long/path/that/goes/on");
    form.append("due", "2026-03-04 05:06:07.000Z");
    form.append("kind", "essay");
    for (const tag of ["red", "blue"]) form.append("tags", tag);
    form.append("author", authors[at % 3]!.id);
    for (const { id } of authors) form.append("helpers", id);
    form.append("data", JSON.stringify({ a: [1, 2, { b: "c" }] }));
    form.append("place", JSON.stringify({ lon: 13.4, lat: 52.52 }));
    form.append("cover", new Blob([PNG], { type: "image/png" }), "cover.png");
    form.append("papers", new Blob(["text"], { type: "text/plain" }), "notes.txt");
    await api.collection("everything").create(form);
  }
  await api.collections.create({
    name: "summary",
    type: "view",
    viewQuery: "select id, title, amount, data from everything",
  });
  const ann = await api
    .collection("users")
    .create({ email: "ann@example.com", password: PASSWORD, passwordConfirm: PASSWORD });
  const link = { collectionRef: "_pb_users_auth_", recordRef: ann.id, provider: "github" };
  await api.collection("_externalAuths").create({ ...link, providerId: "42" });
}

/** Something opened in the half that works with records. */
export interface Scene {
  readonly name: string;
  readonly hash: string;
  /** Opens what is looked at. */
  readonly open: (page: Page) => Promise<void>;
}

const openRow = async (page: Page, name: string) => {
  await page.getByRole("row", { name }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
};

export const SCENES: readonly Scene[] = [
  {
    name: "record",
    hash: EVERYTHING,
    open: async (page) => {
      await openRow(page, "Row 4");
      await page.getByRole("toolbar").waitFor();
    },
  },
  {
    name: "record-lower-half",
    hash: EVERYTHING,
    open: async (page) => {
      await openRow(page, "Row 4");
      await page.locator('[data-field="place"]').scrollIntoViewIfNeeded();
    },
  },
  {
    name: "record-menu",
    hash: EVERYTHING,
    open: async (page) => {
      await openRow(page, "Row 4");
      await page.getByRole("button", { name: "More actions" }).click();
    },
  },
  {
    name: "rich-link",
    hash: EVERYTHING,
    open: async (page) => {
      await openRow(page, "Row 4");
      await page.getByRole("textbox", { name: "body", exact: true }).click();
      await page.getByRole("button", { name: "Link", exact: true }).click();
    },
  },
  {
    name: "account",
    hash: "#/collections?collection=users",
    open: (page) => openRow(page, "ann@example.com"),
  },
  {
    name: "account-elsewhere",
    hash: "#/collections?collection=users",
    open: async (page) => {
      await openRow(page, "ann@example.com");
      await page.getByRole("tab", { name: "Auth providers" }).click();
      await page.getByText("github").waitFor();
    },
  },
  {
    name: "impersonate",
    hash: "#/collections?collection=users",
    open: async (page) => {
      await openRow(page, "ann@example.com");
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Impersonate" }).click();
      await page.getByRole("button", { name: "Make token" }).click();
      await page.getByText("Copy it now").waitFor();
    },
  },
  {
    name: "view-row",
    hash: "#/collections?collection=summary",
    open: (page) => openRow(page, "Row 3"),
  },
  {
    name: "related-card",
    hash: EVERYTHING,
    open: async (page) => {
      const chip = page.getByRole("button", { name: "Mary Shelley" }).first();
      await chip.scrollIntoViewIfNeeded();
      await chip.click();
      await page.getByRole("dialog", { name: "Mary Shelley" }).waitFor();
    },
  },
  {
    name: "picker",
    hash: EVERYTHING,
    open: async (page) => {
      await openRow(page, "Row 4");
      const field = page.locator('[data-field="helpers"]');
      await field.getByRole("button", { name: "Choose from authors" }).click();
      await page.getByRole("dialog").last().getByRole("row", { name: "Ada Lovelace" }).waitFor();
    },
  },
  {
    name: "bulk",
    hash: EVERYTHING,
    open: async (page) => {
      for (const name of ["Row 4", "Row 3"]) {
        await page.getByRole("checkbox", { name: `Select ${name}` }).check();
      }
      await page.getByText("2 selected").waitFor();
    },
  },
  {
    name: "bulk-question",
    hash: EVERYTHING,
    open: async (page) => {
      await page.getByRole("checkbox", { name: "Select Row 4" }).check();
      await page.getByRole("region", { name: "Selected records" }).getByText("Delete").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "columns",
    hash: EVERYTHING,
    open: (page) => page.getByRole("button", { name: "Columns" }).click(),
  },
  {
    name: "suggestions",
    hash: EVERYTHING,
    open: async (page) => {
      const bar = page.getByRole("textbox", { name: "Search records" });
      await bar.click();
      await bar.pressSequentially("a");
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "filter-mistake",
    hash: `${EVERYTHING}&filter=nosuch%20%3D%201`,
    open: (page) => page.locator(".filter-bar .g-field-error").waitFor(),
  },
  {
    name: "no-match",
    hash: `${EVERYTHING}&filter=title%20%3D%20'none'`,
    open: (page) => page.getByText("No record matches").waitFor(),
  },
  {
    name: "api-preview",
    hash: EVERYTHING,
    open: async (page) => {
      await page.getByRole("button", { name: "API preview" }).click();
      await page.getByLabel("Action").selectOption("create");
    },
  },
  {
    name: "palette",
    hash: EVERYTHING,
    open: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("e");
      await page.getByRole("option").first().waitFor();
    },
  },
];
