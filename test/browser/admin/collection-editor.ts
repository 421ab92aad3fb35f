import type { CollectionModel } from "pocketbase";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Admin } from "./admin.ts";

/** Opens the editor of a stored collection by its gear. */
export async function edit(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name, exact: true }).hover();
  await page.getByRole("button", { name: `Settings of ${name}`, exact: true }).click();
  await page.getByRole("dialog", { name: `Edit ${name}` }).waitFor();
}

export async function addField(page: Page, type: string, name: string): Promise<void> {
  await page.getByRole("button", { name: "New field" }).click();
  await page.getByRole("menuitem", { name: type, exact: true }).click();
  await page.locator(".field-row input:focus").fill(name);
}

export function row(page: Page, name: string) {
  return page.locator(`.field-row[data-field="${name}"]`);
}

/** Until it is stored: what an earlier save has said may still be on the page. */
export async function save(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+s");
  await page.getByText(`Saved ${name}.`).first().waitFor();
  const button = page.getByRole("button", { name: "Save changes" });
  await expect.poll(() => button.isDisabled()).toBe(true);
}

/** What the tests do with collections beside the page. */
export interface Collections {
  /** As it is stored. */
  stored(name: string): Promise<CollectionModel>;
  fieldOf(collection: string, name: string): Promise<Record<string, unknown>>;
  /** Makes a collection with a text `title` and a select `tags`. @returns its name */
  make(body?: Record<string, unknown>): Promise<string>;
}

export function useCollections(admin: Admin): Collections {
  let count = 0;
  const stored = (name: string) => admin.api.collections.getOne(name);
  return {
    stored,
    async fieldOf(collection, name) {
      const { fields } = await stored(collection);
      return fields.find((field) => field.name === name) ?? {};
    },
    async make(body = {}) {
      const name = `things${++count}`;
      await admin.api.collections.create({
        name,
        type: "base",
        fields: [
          { name: "title", type: "text" },
          { name: "tags", type: "select", values: ["a", "b", "c"], maxSelect: 3 },
        ],
        ...body,
      });
      return name;
    },
  };
}
