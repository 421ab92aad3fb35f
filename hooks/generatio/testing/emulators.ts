/*
 * npm run emulators [-- --port 9900]: stand-ins of the providers, for trying the product without an account.
 */
import { parseArgs } from "node:util";
import { startFalEmulator } from "./fal.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const emulator = await startFalEmulator({
  port: Number(values.port),
  queueMs: 2000,
  ahead: 3,
  workMs: 2000,
});

process.stdout.write(
  [
    `[emulator] FAL is played by ${emulator.url}: test patterns, no model, no money. Any key is accepted.`,
    `Start the server with it in another terminal: GENERATIO_FAL_URL=${emulator.url} npm start`,
    "Ctrl-C ends it.",
    "",
  ].join("\n"),
);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void emulator.close());
}
