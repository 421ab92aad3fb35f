import { getTokenPayload } from "pocketbase";

/** What a link of a mail says about itself; the server checks it, this is only for showing. */
export interface LinkToken {
  /** Which collection's account it is for. */
  readonly collectionId: string;
  readonly email: string;
  /** Of a link that changes the address. */
  readonly newEmail: string;
}

export function readLinkToken(token: string): LinkToken {
  const { collectionId, email, newEmail } = getTokenPayload(token);
  return {
    collectionId: String(collectionId ?? ""),
    email: String(email ?? ""),
    newEmail: String(newEmail ?? ""),
  };
}
