import type { CDPSession } from "playwright-core";
import type { Tab } from "./browser.ts";

/** A platform authenticator of today, whose owner agrees to everything. */
const PLATFORM = {
  protocol: "ctap2",
  ctap2Version: "ctap2_1",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const;

/** A passkey with its private key, as the authenticator holds it. */
export interface HeldPasskey {
  credentialId: string;
  isResidentCredential: boolean;
  rpId?: string;
  /** PKCS#8. */
  privateKey: string;
  userHandle?: string;
  signCount: number;
}

/** Chromium's own, plugged into one page (DevTools protocol, domain WebAuthn). */
export class VirtualAuthenticator {
  readonly #session: CDPSession;
  readonly #authenticatorId: string;

  private constructor(session: CDPSession, authenticatorId: string) {
    this.#session = session;
    this.#authenticatorId = authenticatorId;
  }

  /** @param change how it differs from a platform authenticator whose owner agrees to everything */
  static async plugIn(tab: Tab, change: object = {}): Promise<VirtualAuthenticator> {
    const session = await tab.context.newCDPSession(tab.page);
    await session.send("WebAuthn.enable");
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
      options: { ...PLATFORM, ...change },
    });
    return new VirtualAuthenticator(session, authenticatorId);
  }

  /** What it holds. */
  async passkeys(): Promise<HeldPasskey[]> {
    const authenticatorId = this.#authenticatorId;
    const { credentials } = await this.#session.send("WebAuthn.getCredentials", {
      authenticatorId,
    });
    return credentials;
  }

  /** Makes it hold only this one. */
  async hold(credential: HeldPasskey): Promise<void> {
    const authenticatorId = this.#authenticatorId;
    await this.#session.send("WebAuthn.clearCredentials", { authenticatorId });
    await this.#session.send("WebAuthn.addCredential", { authenticatorId, credential });
  }

  /** Whether its owner proves to be its owner from now on. */
  async verifyUser(isUserVerified: boolean): Promise<void> {
    await this.#session.send("WebAuthn.setUserVerified", {
      authenticatorId: this.#authenticatorId,
      isUserVerified,
    });
  }
}
