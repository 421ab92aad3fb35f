import type PocketBase from "pocketbase";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installerToken } from "../../../src/auth/superusers.ts";
import { startTestServer, type TestServer } from "../../../src/testing/index.ts";
import { useAdmin } from "./admin.ts";
import { panels, preparePanels } from "./panels.ts";
import { findPseudoWords } from "./pseudo-words.ts";
import { prepareScenes, SCENES } from "./record-scenes.ts";

const ofPanels = useAdmin();
const ofRecords = useAdmin();
/** Without superusers. */
let fresh: TestServer;
/** What the pages show as it is. */
let data: ReadonlySet<string>;

beforeAll(async () => {
  fresh = await startTestServer();
  await preparePanels(ofPanels);
  await prepareScenes(ofRecords.api);
  data = new Set([...(await dataOf(ofPanels.api)), ...(await dataOf(ofRecords.api))]);
});
afterAll(() => fresh.close());

/** All texts of collections and records. */
async function dataOf(api: PocketBase): Promise<string[]> {
  const collections = await api.collections.getFullList();
  const found: unknown[] = [collections, await api.collections.getAllOAuth2Providers()];
  for (const { id, fields } of collections) {
    const body = fields.some(({ name }) => name === "body") ? ",body:excerpt(200,true)" : "";
    found.push(await api.collection(id).getFullList({ fields: `*${body}` }));
  }
  return leaves(found);
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  const lists = Object.values(value).filter(Array.isArray);
  return [...lists.map((list) => list.join(", ")), ...Object.values(value).flatMap(leaves)];
}

/** Proper names, what the server says, and dates. */
const AS_IT_IS =
  /^(?:Acme|English|Deutsch|Français|JavaScript|curl|[A-Z]{3,6}|Nightly import|Invalid or used code\.|Failed to authenticate\.|UTC · .*|CREATE UNIQUE INDEX .*)$|\b\d{4}, \d/;

/** Texts and names on the page, without code and what is typed. */
const TEXTS = `
  [...document.querySelectorAll("#app *:not(code, pre, pre *, option, .rich-area *)")].flatMap((element) => [
    ...[...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data),
    ...["aria-label", "title", "placeholder", "alt"].map((name) => element.getAttribute(name) ?? ""),
  ]).map((text) => text.trim())`;

async function plainTexts(page: Page): Promise<string[]> {
  const texts: unknown = await page.evaluate(TEXTS);
  const all = Array.isArray(texts) ? texts.map(String) : [];
  expect(all.filter((text) => text.includes("⟦"))).not.toEqual([]);
  const plain = all.filter((text) => /[a-z]{3}/i.test(text) && !text.includes("⟦"));
  return plain.filter((text) => !data.has(text) && !AS_IT_IS.test(text));
}

const PSEUDO = "en-XA";

describe("in the pseudo-locale there are no plain words in", () => {
  test.for(panels("TOKEN"))("$name", async ({ hash, guest = false, open }) => {
    const isInstaller = hash.endsWith("TOKEN");
    const tab = await ofPanels.open(isInstaller ? "" : hash, { guest, language: PSEUDO });
    findPseudoWords(tab.page);
    if (isInstaller) {
      const token = await installerToken(fresh.app);
      await tab.page.goto(`${fresh.url}/_/${hash.replace("TOKEN", token ?? "")}`);
    }
    await open(tab.page);
    expect(await plainTexts(tab.page)).toEqual([]);
  });

  test.for(SCENES)("$name", async ({ hash, open }) => {
    const { page } = await ofRecords.open(hash, { language: PSEUDO });
    findPseudoWords(page);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await open(page);
    expect(await plainTexts(page)).toEqual([]);
  });
});
