export { type FalEmulator, startFalEmulator } from "./fal.ts";
export type { FalEmulatorOptions } from "./fal-vendor.ts";
export { type Fault, rateLimited } from "./faults.ts";
export { type OpenAiEmulator, startOpenAiEmulator } from "./openai.ts";
export { type ReplicateEmulator, startReplicateEmulator } from "./replicate.ts";
