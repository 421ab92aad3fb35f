import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * What axe finds serious or critical on the page as it is now, in the light and the dark theme: rule, and the
 * elements. The page must have been opened with reduced motion.
 *
 * @returns nothing for an accessible page
 */
export async function findingsInBothThemes(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  await changeTheme(page, "light");
  const found = await seriousFindings(page, {});
  await changeTheme(page, "dark");
  // Themes differ in colours: nothing else can be found in the one that is not in the other.
  return [...found, ...(await seriousFindings(page, { runOnly: RULES_OF_COLOURS }))];
}

const RULES_OF_COLOURS = ["color-contrast", "link-in-text-block"];

async function changeTheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.evaluate(FINISH_TRANSITIONS);
}

/** Colours go over to the other theme, however quickly, and those that are inherited one after the other. */
const FINISH_TRANSITIONS = `(async () => {
  const nextFrame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  let running;
  do {
    await nextFrame();
    running = document.getAnimations().filter((each) => each instanceof CSSTransition);
    for (const each of running) each.finish();
  } while (running.length > 0);
})()`;

async function seriousFindings(page: Page, options: object): Promise<string[]> {
  const found: unknown =
    await page.evaluate(`axe.run(document, ${JSON.stringify({ ...options, resultTypes: ["violations"] })})
    .then(({ violations }) => violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + html + " " + failureSummary)))`);
  return Array.isArray(found) ? found.map(String) : [String(found)];
}
