import type { Settings } from "../settings.ts";
import { createFal } from "./fal.ts";
import type { Provider } from "./provider.ts";

/** Every provider, by the id that the catalogue's models name. */
export function createProviders(settings: Settings): ReadonlyMap<string, Provider> {
  return new Map([createFal(settings.falOrigin)].map((provider) => [provider.id, provider]));
}
