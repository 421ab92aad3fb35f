import { createRequire } from "node:module";

export async function version(): Promise<void> {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  console.log(`generatio ${version}`);
}
