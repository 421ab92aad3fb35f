import type { Settings } from "./settings.ts";

/** Two lines for who starts the server: how to make a picture with a key, and how to see one without. */
export function startHints({ falOrigin }: Settings): readonly string[] {
  return [
    `Pictures: POST /api/custom/tokens/setup with a FAL key, then auth/create-session and generate/image (provider: ${falOrigin}).`,
    "Without a key: npm run demo makes test pictures with an emulated provider.",
  ];
}
