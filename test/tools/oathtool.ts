import { execFileSync, spawnSync } from "node:child_process";

/** @throws Error with a sentence when the program is not installed */
export function findOathtool(): void {
  if (spawnSync("oathtool", ["--version"]).status === 0) return;
  throw new Error("oathtool is not installed (Debian: apt-get install oathtool).");
}

/**
 * What oathtool (OATH Toolkit) says an authenticator app shows.
 *
 * @param secret base32
 * @param second of the unix clock
 * @param count how many steps, one code for each
 */
export function oathCodes(secret: string, second: number, count = 1): string[] {
  const flags = ["--totp", "--base32", `--now=@${second}`, `--window=${count - 1}`];
  return execFileSync("oathtool", [...flags, secret], { encoding: "utf8" })
    .trim()
    .split("\n");
}
