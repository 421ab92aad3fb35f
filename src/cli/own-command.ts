import type { App } from "../app.ts";
import { createApp } from "../embed.ts";
import { parseCommandLine } from "./flags.ts";
import { serverOptions } from "./folders.ts";
import { printLog } from "./terminal.ts";
import { UsageError } from "./usage.ts";

/**
 * Runs a command that an extension has added. Nothing is opened when there is none of this name.
 *
 * @param known names of the engine's own commands
 * @throws UsageError
 */
export async function runOwnCommand(
  name: string,
  words: readonly string[],
  known: readonly string[],
): Promise<void> {
  const line = parseCommandLine(words);
  const refuseUnknown = (app: App) => {
    app.onBootstrap().bind({
      id: "__pbOwnCommand__",
      // All extensions are loaded, and the data folder is not open yet.
      priority: Number.MIN_SAFE_INTEGER,
      func: (event) => {
        if (app.commands.find(name)) return event.next();
        throw unknownCommand(name, [...known, ...app.commands.all().map((each) => each.name)]);
      },
    });
  };
  const server = createApp({ ...serverOptions(line), extensions: [printLog, refuseUnknown] });
  try {
    await server.prepare();
    await server.app.commands.find(name)!.run(line.words);
  } finally {
    await server.stop();
  }
}

function unknownCommand(name: string, known: readonly string[]): UsageError {
  return new UsageError(`There is no command "${name}". Commands: ${known.join(", ")}.`);
}
