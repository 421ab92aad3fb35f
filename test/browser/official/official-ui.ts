import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PocketBase from "pocketbase";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "../../../src/testing/index.ts";
import { type Tab, type TestBrowser, useBrowser } from "../browser.ts";

export const EMAIL = "root@example.com";
export const PASSWORD = "1234567890";

/** PocketBase's own UI before a server of ours, for all tests of the calling file. */
export interface OfficialUI {
  readonly browser: TestBrowser;
  readonly server: TestServer;
  /** The SDK, signed in as the superuser. */
  readonly api: PocketBase;
  /** Opens a place of the UI as the superuser, or as a guest. */
  open(hash: string, options?: { readonly guest?: boolean }): Promise<OfficialTab>;
}

export interface OfficialTab extends Tab {
  /** Answers that are errors: status, method and path. */
  readonly refused: readonly string[];
}

/** Call it outside of tests. */
export function useOfficialUI(options: TestServerOptions = {}): OfficialUI {
  const browser = useBrowser();
  const state: { server?: TestServer; api?: PocketBase } = {};
  beforeAll(async () => {
    state.server = await startTestServer({ adminDir: officialUIFolder(), ...options });
    state.api = new PocketBase(state.server.url);
    state.api.autoCancellation(false);
    state.api.authStore.save(await state.server.superuserToken(EMAIL));
    await state.api.collection("_superusers").authRefresh();
  });
  afterAll(() => state.server?.close());
  return {
    browser,
    get server() {
      return state.server!;
    },
    get api() {
      return state.api!;
    },
    async open(hash, { guest = false } = {}) {
      const tab = await browser.newTab({ locale: "en-US", timezoneId: "UTC" });
      tab.page.setDefaultTimeout(10_000);
      const { token, record } = state.api!.authStore;
      const stored = guest ? undefined : JSON.stringify({ token, record });
      await tab.page.addInitScript((text) => {
        if (text !== undefined) localStorage.setItem("__pb_superusers__/_", text);
      }, stored);
      const refused = watchRefused(tab.page);
      await tab.page.goto(`${state.server!.url}/_/${hash}`);
      return { ...tab, refused };
    },
  };
}

/** An extension whose script is part of `/_/extensions.js`. */
export function probeExtension(): NonNullable<TestServerOptions["extensions"]>[number] {
  const folder = mkdtempSync(join(tmpdir(), "official-ui-"));
  writeFileSync(join(folder, "main.js"), "window.fromExtension = true;");
  return (app) =>
    void app.onServe((event) => {
      event.uiExtensions.push({ name: "probe", folder });
      return event.next();
    });
}

/** What the UI says when something is done; it goes by itself. */
export async function waitForToast(page: Page, text: RegExp | string): Promise<void> {
  await page.locator(".toast").filter({ hasText: text }).first().waitFor();
}

/** Turns a switch on by keyboard: it may still move when its part of the form unfolds. */
export async function switchOn(box: Locator): Promise<void> {
  await expect
    .poll(async () => {
      await box.focus();
      if (!(await box.isChecked())) await box.press("Space");
      return box.isChecked();
    })
    .toBe(true);
}

/** Presses the button with which a question is answered. */
export async function answer(page: Page, button: string): Promise<void> {
  await page.locator(".modal.popup").getByRole("button", { name: button, exact: true }).click();
}

function watchRefused(page: Page): string[] {
  const refused: string[] = [];
  page.on("response", (response) => {
    if (response.status() < 400) return;
    const { pathname } = new URL(response.url());
    refused.push(`${response.status()} ${response.request().method()} ${pathname}`);
  });
  return refused;
}

/**
 * The folder of a build of PocketBase's admin UI: `ui/dist` of its repository.
 *
 * @throws Error with a sentence when `POCKETBASE_UI` does not name one
 */
export function officialUIFolder(): string {
  const folder = process.env["POCKETBASE_UI"] ?? "";
  if (folder !== "" && existsSync(join(folder, "index.html"))) return folder;
  throw new Error(
    "Set POCKETBASE_UI to a build of PocketBase's admin UI: ui/dist of its repository.",
  );
}
