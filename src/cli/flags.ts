import { parseArgs } from "node:util";
import { UsageError } from "./usage.ts";

interface Flag {
  /** `switch` takes `--x`, `--x=true` or `--x=false`; `text` takes a value. */
  readonly kind: "switch" | "text";
  readonly help: string;
  /** Why a value of this flag cannot be taken yet, if so. */
  readonly refuse?: (value: string) => string | undefined;
}

const notYet = (name: string, what: string) => (value: string) =>
  value === "false" || value === "0" ? undefined : `--${name} is not built yet: ${what}`;

/** PocketBase's flags and ours. A known one is either obeyed or refused with a sentence, never ignored. */
export const FLAGS: Readonly<Record<string, Flag>> = {
  dir: { kind: "text", help: "the data folder (pb_data)" },
  dev: { kind: "switch", help: "print everything that is logged; turns --hooksWatch on" },
  encryptionEnv: {
    kind: "text",
    help: "name of the variable with the 32-character key of the stored settings",
  },
  queryTimeout: { kind: "text", help: "seconds after which a reading query is ended (30)" },
  durability: {
    kind: "text",
    help: "full: answer once the data is on the disk; normal: as PocketBase (full)",
  },
  http: { kind: "text", help: "address to listen on (127.0.0.1:8090)" },
  https: {
    kind: "text",
    help: "",
    refuse: () => "--https is not built yet: put a TLS proxy in front",
  },
  origins: { kind: "text", help: "allowed CORS origins, separated by commas (*)" },
  publicDir: { kind: "text", help: "folder of static files (pb_public beside the data folder)" },
  indexFallback: { kind: "switch", help: "answer unknown paths with index.html (true)" },
  adminDir: { kind: "text", help: "folder of an admin UI build to serve at /_/" },
  hooksDir: { kind: "text", help: "folder of extensions (hooks beside the data folder)" },
  migrationsDir: {
    kind: "text",
    help: "folder of the app's migrations (schema/migrations beside the data folder)",
  },
  hooksWatch: {
    kind: "switch",
    help: "load hooks/ and schema/ anew after a change (false; true with --dev)",
  },
  hooksPool: {
    kind: "text",
    help: "",
    refuse: () => "--hooksPool has no meaning here: hooks run in the server itself",
  },
  automigrate: {
    kind: "switch",
    help: "",
    refuse: notYet("automigrate", "write the migration by hand in schema/migrations"),
  },
};

export interface CommandLine {
  readonly flags: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** @throws UsageError */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags: Record<string, string> = {};
  const positional: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "positional") {
      if (!isValueOf(tokens[index - 1], token.index)) positional.push(token.value);
    } else if (token.kind === "option") {
      flags[token.name] = valueOf(token, words[token.index + 1]);
    }
  }
  return { flags, words: positional };
}

interface OptionToken {
  readonly kind: "option";
  readonly name: string;
  readonly index: number;
  readonly inlineValue: boolean | undefined;
  readonly value: string | undefined;
}

function valueOf(token: OptionToken, next: string | undefined): string {
  const flag = FLAGS[token.name];
  if (!flag) throw new UsageError(`There is no flag --${token.name}. See "help".`);
  const value = token.inlineValue ? token.value! : flag.kind === "switch" ? "true" : next;
  if (value === undefined) throw new UsageError(`--${token.name} needs a value.`);
  if (flag.kind === "switch" && !/^(true|false|1|0|t|f)$/i.test(value)) {
    throw new UsageError(`--${token.name} is true or false, not "${value}".`);
  }
  const refusal = flag.refuse?.(value);
  if (refusal) throw new UsageError(refusal);
  return value;
}

/** A word right after a text flag written without `=` is that flag's value. */
function isValueOf(before: unknown, index: number): boolean {
  const token = before as OptionToken | undefined;
  return (
    token?.kind === "option" &&
    !token.inlineValue &&
    token.index === index - 1 &&
    FLAGS[token.name]?.kind === "text"
  );
}

export function isOn(value: string | undefined, otherwise: boolean): boolean {
  return value === undefined ? otherwise : /^(true|1|t)$/i.test(value);
}
