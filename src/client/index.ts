/* What runs beside the official SDK in browsers and other clients. */
export { resumable } from "./resumable.ts";
export type { ResumableOptions, Resumption } from "./resumable.ts";
