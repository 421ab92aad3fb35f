/**
 * Builds the pages into dist/ui/admin: `node src/ui/build.ts`. A running server keeps the old ones until all is
 * there. With `--if-possible` an installation without development packages is no failure.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

const PAGES = join(import.meta.dirname, "../../dist/ui/admin");
const VITE = join(import.meta.dirname, "../../node_modules/vite");

if (process.argv.includes("--if-possible") && !existsSync(VITE)) {
  console.log("The admin pages are not built: Vite is not installed.");
} else {
  await buildPages();
}

async function buildPages(): Promise<void> {
  // Tests and servers that develop get the same pages as everybody, not larger ones.
  process.env["NODE_ENV"] = "production";
  const { build } = await import("vite");
  const outDir = `${PAGES}.${process.pid}`;
  try {
    await build({ configFile: join(import.meta.dirname, "vite.config.ts"), build: { outDir } });
    mkdirSync(dirname(PAGES), { recursive: true });
    rmSync(PAGES, { recursive: true, force: true });
    renameSync(outDir, PAGES);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
