import type { Settings } from "../settings.ts";
import { createFal } from "./fal.ts";
import { createMock } from "./mock.ts";
import { createOpenAi } from "./openai.ts";
import type { Provider } from "./provider.ts";
import { createReplicate } from "./replicate.ts";

/** Every provider, by the id that the catalogue's models name. */
export function createProviders(settings: Settings): ReadonlyMap<string, Provider> {
  const providers = [
    createFal(settings.falOrigin, settings.falKeysOrigin),
    createReplicate(settings.replicateOrigin),
    createOpenAi(settings.openAiOrigin),
    ...(settings.mock ? [createMock()] : []),
  ];
  return new Map(providers.map((provider) => [provider.id, provider]));
}
