import PocketBase from "pocketbase";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "../../../src/testing/index.ts";
import { type Tab, type TestBrowser, useBrowser } from "../browser.ts";

export const EMAIL = "root@example.com";
export const PASSWORD = "1234567890";

/** A server with a superuser, and a browser, for all tests of the calling file. */
export interface Admin {
  readonly browser: TestBrowser;
  readonly server: TestServer;
  /** The SDK, signed in as the superuser. */
  readonly api: PocketBase;
  /** Opens a place of the UI as the superuser, or as a guest. */
  open(hash: string, options?: OpenOptions): Promise<AdminTab>;
}

export interface OpenOptions extends BrowserContextOptions {
  readonly guest?: boolean;
  /** The code of a language that was chosen before. */
  readonly language?: string;
}

export type AdminTab = Tab & { readonly page: Page };

/** Call it outside of tests. */
export function useAdmin(options: TestServerOptions = {}, browser = useBrowser()): Admin {
  const state: { server?: TestServer; api?: PocketBase } = {};
  beforeAll(async () => {
    state.server = await startTestServer(options);
    const token = await state.server.superuserToken(EMAIL);
    state.api = new PocketBase(state.server.url);
    state.api.authStore.save(token);
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
    async open(hash, { guest = false, language, ...context } = {}) {
      const tab = await browser.newTab({ locale: "en-US", ...context });
      // An action that waits in vain is named before the whole test ends.
      tab.page.setDefaultTimeout(10_000);
      const { token, record } = state.api!.authStore;
      const stored = guest ? undefined : JSON.stringify({ token, record });
      await tab.page.addInitScript(
        ({ text, code }) => {
          if (text !== undefined) localStorage.setItem("__pb_superusers__/_/", text);
          if (code !== undefined) localStorage.setItem("generatioLanguage", code);
        },
        { text: stored, code: language },
      );
      await tab.page.goto(`${state.server!.url}/_/${hash}`);
      return tab;
    },
  };
}
