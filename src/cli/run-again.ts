import { fileURLToPath } from "node:url";
import type { Server } from "../embed.ts";

const LAUNCHER = fileURLToPath(new URL("../launch.js", import.meta.url));

/**
 * Puts a new run of this program in the place of this one: same process id, same words, everything loaded anew
 * (PocketBase: execve). Returns where the system or its Node cannot do that.
 */
export async function runAgain(server: Server): Promise<void> {
  if (process.execve === undefined || process.platform === "win32") return;
  await server.stop({ isRestart: true }).catch((error: unknown) => console.error(error));
  const words = [process.execPath, ...process.execArgv, LAUNCHER, ...process.argv.slice(1)];
  process.execve(process.execPath, words, process.env);
}
