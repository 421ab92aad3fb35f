import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { AppOptions } from "../config.ts";
import type { ServerOptions } from "../embed.ts";
import { type CommandLine, isOn } from "./flags.ts";
import { UsageError } from "./usage.ts";

const PACKAGE = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The part of the configuration that every command shares. @throws UsageError */
export function dataOptions({ flags }: CommandLine): AppOptions {
  const seconds = Number(flags["queryTimeout"] ?? 30);
  if (!(seconds > 0))
    throw new UsageError(`--queryTimeout is a number of seconds, not "${flags["queryTimeout"]}".`);
  const durability = flags["durability"] ?? "full";
  if (durability !== "full" && durability !== "normal") {
    throw new UsageError(`--durability is full or normal, not "${durability}".`);
  }
  return {
    dataDir: resolve(flags["dir"] ?? "pb_data"),
    dev: isOn(flags["dev"], false),
    queryTimeoutMs: seconds * 1000,
    durability,
    ...(flags["encryptionEnv"] ? { encryptionEnv: flags["encryptionEnv"] } : {}),
  };
}

/**
 * Everything a server needs, with folders that were not named looked for beside the data folder, then in the
 * clone the server runs from.
 *
 * @throws UsageError also when PocketBase's own hooks or migrations lie beside the data folder: they cannot run
 * yet, and ignoring them would change what the app does
 */
export function serverOptions(line: CommandLine): ServerOptions {
  const options = dataOptions(line);
  const { flags } = line;
  const beside = dirname(options.dataDir);
  if (!flags["hooksDir"]) refuseNonEmpty(join(beside, "pb_hooks"), "--hooksDir");
  if (!flags["migrationsDir"]) refuseNonEmpty(join(beside, "pb_migrations"), "--migrationsDir");
  const hooksDir = flags["hooksDir"] ? resolve(flags["hooksDir"]) : firstFolder(beside, "hooks");
  const migrationsDir = flags["migrationsDir"]
    ? resolve(flags["migrationsDir"])
    : flags["hooksDir"]
      ? undefined
      : firstFolder(beside, join("schema", "migrations"));
  const publicDir = flags["publicDir"]
    ? resolve(flags["publicDir"])
    : existing(join(beside, "pb_public"));
  return {
    ...options,
    origins: (flags["origins"] ?? "*").split(",").map((origin) => origin.trim()),
    indexFallback: isOn(flags["indexFallback"], true),
    ...(publicDir ? { publicDir } : {}),
    ...(flags["adminDir"] ? { adminDir: resolve(flags["adminDir"]) } : {}),
    ...(hooksDir ? { hooksDir } : {}),
    ...(migrationsDir ? { migrationsDir } : {}),
  };
}

function firstFolder(beside: string, name: string): string | undefined {
  return existing(join(beside, name)) ?? existing(join(PACKAGE, name));
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

function refuseNonEmpty(folder: string, flag: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  throw new UsageError(
    `${folder} holds files written for PocketBase's own runtime, which cannot run here yet. Port them, or give ${flag} to start without them.`,
  );
}
