import { COMMANDS } from "./commands.ts";
import { UsageError } from "./usage.ts";

/**
 * Runs one command line.
 *
 * @returns the exit code: 0, 1 for a failure, 2 for words that are not understood
 */
export async function run(words: readonly string[]): Promise<number> {
  const [name = "help", ...rest] = words;
  try {
    const command =
      COMMANDS[name] ?? (["-h", "--help"].includes(name) ? COMMANDS["help"] : undefined);
    if (command) await command.run(rest);
    else await (await import("./own-command.ts")).runOwnCommand(name, rest, Object.keys(COMMANDS));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof UsageError ? 2 : 1;
  }
}
