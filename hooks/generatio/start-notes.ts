import type { Settings } from "./settings.ts";

/** Two lines for who starts the server: how to make a picture with a key, and how to see one without. */
export function startNotes({ falOrigin }: Settings): readonly string[] {
  return [
    `Pictures with a FAL key (${falOrigin}): sign up in generatio_users, POST /api/custom/tokens/setup, auth/create-session, generate/image.`,
    "Pictures without a key: npm run demo signs somebody up and makes four test pictures with an emulated provider.",
  ];
}
