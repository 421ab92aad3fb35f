import { signal } from "@preact/signals";
import type { ConfigurableOAuth2Provider } from "pocketbase";
import { client } from "../../api/client.ts";

const loaded = signal<readonly ConfigurableOAuth2Provider[] | undefined>(undefined);

/** The providers that the server knows; asked for once. */
export function knownProviders(): readonly ConfigurableOAuth2Provider[] | undefined {
  return loaded.value;
}

export async function loadProviders(): Promise<void> {
  if (loaded.peek() !== undefined) return;
  loaded.value = await client.collections.getAllOAuth2Providers();
}

/** The logo as the address of a picture, which cannot run anything. */
export function logoAddress({ logo }: ConfigurableOAuth2Provider): string {
  return `data:image/svg+xml,${encodeURIComponent(logo)}`;
}
