import { describe, expect, it } from "vitest";
import { isOutdated, openToken, sealToken } from "../../../../hooks/generatio/tokens/cipher.ts";
import { PlainToken, SealedToken } from "../../../../hooks/generatio/tokens/secret.ts";

const OWNER = { userId: "user00000000001", provider: "fal" };
const ITERATIONS = 100_000;
const { subtle } = globalThis.crypto;

/** An envelope as document 000 describes it, made with another implementation (WebCrypto). */
async function sealV1(token: string, password: string): Promise<{ data: Buffer; salt: Buffer }> {
  const salt = crypto.getRandomValues(Buffer.alloc(32));
  const nonce = crypto.getRandomValues(Buffer.alloc(12));
  const material = await subtle.importKey("raw", Buffer.from(password), "PBKDF2", false, [
    "deriveKey",
  ]);
  const key = await subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: 100_000 },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const sealed = await subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, Buffer.from(token));
  return { data: Buffer.concat([nonce, Buffer.from(sealed)]), salt };
}

describe("a v2 envelope", () => {
  it("opens with its password and says how it was made", async () => {
    const sealed = await sealToken(new PlainToken("id:secret ✓"), "correct horse", {
      owner: OWNER,
      iterations: ITERATIONS,
    });
    const [version, iterations, salt] = sealed.toStorage().split(".");
    expect([version, iterations]).toEqual(["v2", "100000"]);
    expect(Buffer.from(salt!, "base64")).toHaveLength(32);
    const opened = await openToken(sealed, "correct horse", OWNER);
    expect(opened?.reveal()).toBe("id:secret ✓");
  });

  it("differs each time, in salt and in data", async () => {
    const seal = () =>
      sealToken(new PlainToken("k"), "correct horse", { owner: OWNER, iterations: ITERATIONS });
    const [one, two] = await Promise.all([seal(), seal()]);
    const [a, b] = [one.toStorage().split("."), two.toStorage().split(".")];
    expect(a[2]).not.toBe(b[2]);
    expect(a[3]).not.toBe(b[3]);
  });

  it("does not open with another password, for another user, or for another provider", async () => {
    const sealed = await sealToken(new PlainToken("k"), "correct horse", {
      owner: OWNER,
      iterations: ITERATIONS,
    });
    expect(await openToken(sealed, "correct Horse", OWNER)).toBeUndefined();
    expect(
      await openToken(sealed, "correct horse", { ...OWNER, userId: "user00000000002" }),
    ).toBeUndefined();
    expect(
      await openToken(sealed, "correct horse", { ...OWNER, provider: "replicate" }),
    ).toBeUndefined();
  });

  it("does not open after any part was changed", async () => {
    const sealed = await sealToken(new PlainToken("k"), "correct horse", {
      owner: OWNER,
      iterations: ITERATIONS,
    });
    const parts = sealed.toStorage().split(".");
    const flip = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
    const changed = [
      ["v2", "100001", parts[2], parts[3]],
      ["v2", parts[1], flip(parts[2]!), parts[3]],
      ["v2", parts[1], parts[2], flip(parts[3]!)],
      ["v2", parts[1], parts[2], parts[3]!.slice(0, -4)],
    ];
    for (const text of changed.map((list) => list.join("."))) {
      expect(await openToken(new SealedToken(text), "correct horse", OWNER)).toBeUndefined();
    }
  });
});

describe("a v1 envelope", () => {
  it.each([
    ["standard base64", (bytes: Buffer) => bytes.toString("base64")],
    ["URL-safe base64 without padding", (bytes: Buffer) => bytes.toString("base64url")],
    [
      "standard base64 without padding",
      (bytes: Buffer) => bytes.toString("base64").replaceAll("=", ""),
    ],
  ])("of another implementation opens, in %s", async (_name, encode) => {
    const { data, salt } = await sealV1("fal-ai-token-here", "encryption-password");
    const sealed = new SealedToken(`${encode(data)}.${encode(salt)}`);
    const opened = await openToken(sealed, "encryption-password", OWNER);
    expect(opened?.reveal()).toBe("fal-ai-token-here");
    expect(await openToken(sealed, "encryption-passwor", OWNER)).toBeUndefined();
    expect(isOutdated(sealed, ITERATIONS)).toBe(true);
  });
});

describe("isOutdated", () => {
  it("asks for a new envelope when the configured count rose, not when it fell", async () => {
    const sealed = await sealToken(new PlainToken("k"), "correct horse", {
      owner: OWNER,
      iterations: 150_000,
    });
    expect([100_000, 150_000, 200_000].map((count) => isOutdated(sealed, count))).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe("a text that is no envelope", () => {
  const salt = Buffer.alloc(32, 1).toString("base64");
  const data = Buffer.alloc(40, 2).toString("base64");
  it.each([
    "",
    "fal-key-in-the-clear",
    "a.b",
    `${data}.`,
    `${data}.${Buffer.alloc(16).toString("base64")}`,
    `v2.0.${salt}.${data}`,
    `v2.-5.${salt}.${data}`,
    `v2.999999999.${salt}.${data}`,
    `v3.100000.${salt}.${data}`,
    `v2.100000.${salt}.${Buffer.alloc(28).toString("base64")}`,
    `v2.100000.${salt}.${data}.x`,
  ])("does not open: %j", async (text) => {
    expect(await openToken(new SealedToken(text), "password", OWNER)).toBeUndefined();
    expect(isOutdated(new SealedToken(text), ITERATIONS)).toBe(false);
  });
});

describe("deriving keys", () => {
  it("leaves the event loop free", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await sealToken(new PlainToken("k"), "correct horse", { owner: OWNER, iterations: 1_000_000 });
    clearInterval(timer);
    // A blocked loop has no turn at all in between; a busy machine has few.
    expect(ticks).toBeGreaterThan(3);
  });
});
