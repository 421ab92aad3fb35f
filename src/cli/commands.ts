import { help } from "./help.ts";
import { version } from "./version.ts";

export interface Command {
  readonly summary: string;
  /** @throws UsageError for words that are not understood, Error for a failure */
  run(words: readonly string[]): Promise<void>;
}

/** Every command by its name. The large ones are loaded when they run. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    summary: "serve [--http 127.0.0.1:8090] [--dir pb_data] …   start the server",
    run: async (words) => (await import("./serve.ts")).serve(words),
  },
  superuser: {
    summary:
      "superuser upsert|create|update|delete|otp EMAIL [PASS], superuser ips [IP…]   manage superusers",
    run: async (words) => (await import("./superuser.ts")).superuser(words),
  },
  version: { summary: "version   print the version", run: version },
  help: { summary: "help   print this", run: (words) => help(words, COMMANDS) },
};
