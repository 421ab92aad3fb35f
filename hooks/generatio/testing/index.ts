export { type FalEmulator, type FalEmulatorOptions, startFalEmulator } from "./fal.ts";
export { type Fault, rateLimited } from "./faults.ts";
