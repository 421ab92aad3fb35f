import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { PlainToken, SealedToken } from "../../../../hooks/generatio/tokens/secret.ts";

const CANARY = "canary-3f9a:7c1d";

describe.each([
  ["PlainToken", new PlainToken(CANARY)],
  ["SealedToken", new SealedToken(CANARY)],
])("%s", (_name, token) => {
  it("shows its value in no kind of print", () => {
    const prints = [
      String(token),
      `${token}`,
      JSON.stringify({ token }),
      inspect(token, { depth: 9, showHidden: true }),
      inspect({ deep: { token } }, { depth: 9, showHidden: true }),
      inspect(new Error("failed", { cause: token })),
      JSON.stringify(Object.entries(token)),
    ].join("\n");
    for (const form of [
      CANARY,
      Buffer.from(CANARY).toString("base64"),
      Buffer.from(CANARY).toString("hex"),
    ]) {
      expect(prints).not.toContain(form);
    }
    expect(prints).not.toContain("63 61 6e 61 72 79");
  });
});

describe("PlainToken", () => {
  it("gives no value after it was wiped, and its copies live on", () => {
    const token = new PlainToken(CANARY);
    const copy = token.copy();
    token.wipe();
    expect(() => token.reveal()).toThrow("wiped");
    expect(() => token.copy()).toThrow("wiped");
    expect(copy.reveal()).toBe(CANARY);
  });

  it("has the fingerprint of its SHA-256", () => {
    // printf %s abc | sha256sum
    expect(new PlainToken("abc").fingerprint()).toBe("ba7816bf");
  });
});
