import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** This file's own ending: `.ts` in a clone, `.js` in the published package. */
const ENDING = import.meta.url.slice(import.meta.url.lastIndexOf("."));
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What an extension may import by name, and where it stands. */
const ENTRIES: Readonly<Record<string, string>> = {
  generatio: `index${ENDING}`,
  "generatio/testing": `testing/index${ENDING}`,
};

let isMapped = false;

/**
 * Makes `import … from "generatio"` in a hooks folder anywhere on the disk mean the engine that is running, so
 * that classes are the same ones. Node resolves a package's own name only inside the package.
 */
export function mapEngineImports(): void {
  if (isMapped) return;
  isMapped = true;
  registerHooks({
    resolve(specifier, context, next) {
      const entry = ENTRIES[specifier];
      const file = entry && join(ROOT, entry);
      return file && existsSync(file)
        ? { url: pathToFileURL(file).href, shortCircuit: true }
        : next(specifier, context);
    },
  });
}
