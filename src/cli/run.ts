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
    if (!command)
      throw new UsageError(
        `There is no command "${name}". Commands: ${Object.keys(COMMANDS).join(", ")}.`,
      );
    await command.run(rest);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof UsageError ? 2 : 1;
  }
}
