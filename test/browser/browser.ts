import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { findChromium } from "./chromium.ts";

/** Nothing that calls home or waits for a graphics card; the sandbox needs rights that a container lacks. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Shorter than a test's: what is waited for in vain then names itself. */
const ACTION_TIMEOUT_MS = 10_000;

/** A page in a browser context of its own: no cookies or storage of other tests. */
export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /**
   * What went wrong so far in the page and the windows it opened: errors on the console (Chromium reports
   * answers of 400 and above there), exceptions nobody caught, requests without an answer. Requests that the
   * page itself gave up do not count.
   */
  readonly problems: readonly string[];
  /** Saves what the page shows as `<name>.png` to the folder that `SCREENSHOTS` names; does nothing without one. */
  screenshot(name: string): Promise<void>;
}

/** The browser of a test file. */
export interface TestBrowser {
  /** Opens an empty page; it is closed when the test ends. */
  newTab(options?: BrowserContextOptions): Promise<Tab>;
}

export interface BrowserOptions {
  /** Without them a middle click opens a tab that stays empty. */
  readonly windows?: boolean;
}

/** Starts one Chromium for all tests of the calling file and ends it after them; call it outside of tests. */
export function useBrowser({ windows }: BrowserOptions = {}): TestBrowser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findChromium(windows), args: FLAGS });
  });
  afterAll(() => browser.close());
  return {
    async newTab(options) {
      const context = await browser.newContext(options);
      onTestFinished(() => context.close());
      context.setDefaultTimeout(ACTION_TIMEOUT_MS);
      const problems = watch(context);
      const page = await context.newPage();
      return { page, context, problems, screenshot: (name) => screenshot(page, name) };
    },
  };
}

function watch(context: BrowserContext): string[] {
  const problems: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error") {
      problems.push(`${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (event) => problems.push(String(event.error())));
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    if (reason === "net::ERR_ABORTED") return;
    problems.push(`${request.method()} ${request.url()}: ${reason}`);
  });
  return problems;
}

async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
