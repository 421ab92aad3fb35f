/*
 * npm run emulators [-- --port 9900]: stand-ins of the providers, for trying the product without an account.
 */
import { parseArgs } from "node:util";
import { startFalEmulator } from "./fal.ts";
import { startOpenAiEmulator } from "./openai.ts";
import { startReplicateEmulator } from "./replicate.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const port = Number(values.port);
const nextPort = (offset: number) => (port === 0 ? 0 : port + offset);

const fal = await startFalEmulator({ port, queueMs: 2000, ahead: 3, workMs: 2000 });
const replicate = await startReplicateEmulator({ port: nextPort(1), queueMs: 1000, workMs: 2000 });
const openAi = await startOpenAiEmulator({ port: nextPort(2), workMs: 3000 });

process.stdout.write(
  [
    `[emulator] FAL is played by ${fal.url}, Replicate by ${replicate.url}, OpenAI by ${openAi.url}:`,
    "test patterns, no model, no money. Any key is accepted.",
    "Start the server with that in another terminal:",
    `REPLICATE_API_TOKEN=any OPENAI_API_KEY=any GENERATIO_REPLICATE_URL=${replicate.url} GENERATIO_OPENAI_URL=${openAi.url} GENERATIO_FAL_URL=${fal.url} npm start`,
    "Ctrl-C ends it.",
    "",
  ].join("\n"),
);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    for (const emulator of [fal, replicate, openAi]) void emulator.close();
  });
}
