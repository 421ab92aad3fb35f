import type { Locator, Page } from "playwright-core";
import type { Admin, AdminTab } from "./admin.ts";
import { PASSWORD } from "./admin.ts";

/** The part of an open editor that belongs to one field. */
export function fieldOf(page: Page, name: string): Locator {
  return page.locator(`.record-field[data-field="${name}"]`);
}

/** Does something from the menu of the open record. */
export async function act(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name }).click();
}

/** As the browser does when somebody pastes where the focus is. */
export async function paste(page: Page, type: string, text: string): Promise<void> {
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData(${JSON.stringify(type)}, ${JSON.stringify(text)});
    const init = { clipboardData, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", init));
  })()`);
}

/** What the tests do with records of `everything` and accounts beside the page. */
export interface Records {
  makeRecord(values: Record<string, unknown>): Promise<string>;
  stored(id: string): Promise<Record<string, unknown>>;
  openRecord(id: string): Promise<AdminTab>;
  makeUser(email: string): Promise<string>;
  openUser(id: string): Promise<AdminTab>;
}

export function useRecords(admin: Admin): Records {
  const everything = () => admin.api.collection("everything");
  return {
    async makeRecord(values) {
      return (await everything().create(values)).id;
    },
    stored: (id) => everything().getOne(id),
    openRecord: (id) => admin.open(`#/collections?collection=everything&record=${id}`),
    async makeUser(email) {
      const password = { password: PASSWORD, passwordConfirm: PASSWORD };
      return (await admin.api.collection("users").create({ email, ...password })).id;
    },
    async openUser(id) {
      const tab = await admin.open(`#/collections?collection=users&record=${id}`);
      await tab.page.getByRole("tab", { name: "Account" }).waitFor();
      return tab;
    },
  };
}
