import type { Command } from "./commands.ts";
import { FLAGS } from "./flags.ts";

export async function help(
  _words: readonly string[],
  commands: Readonly<Record<string, Command>>,
): Promise<void> {
  console.log("Commands:");
  for (const { summary } of Object.values(commands)) console.log(`  ${summary}`);
  console.log("  …         and those that extensions add");
  console.log("\nFlags:");
  for (const [name, flag] of Object.entries(FLAGS)) {
    if (flag.help !== "") console.log(`  --${name.padEnd(16)} ${flag.help}`);
  }
}
