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
  const found = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Colours go over to the other theme, however quickly.
    await page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 50))");
    await page.evaluate(FINISH_TRANSITIONS);
    found.push(...(await seriousFindings(page)));
  }
  return found;
}

/** On a busy machine they may have only begun. */
const FINISH_TRANSITIONS = `
  document.getAnimations().filter((each) => each instanceof CSSTransition).forEach((each) => each.finish())`;

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found: unknown = await page.evaluate(`axe.run(document).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + html + " " + failureSummary)))`);
  return Array.isArray(found) ? found.map(String) : [String(found)];
}
