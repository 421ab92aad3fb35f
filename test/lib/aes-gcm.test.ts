import { expect, test } from "vitest";
import { decrypt, encrypt } from "../../src/lib/aes-gcm.ts";

const KEY = "12345678901234567890123456789012";

test.for(["", "a", "ключ 🔑", "x".repeat(100_000)])("a text comes back: %.20s", (text) => {
  expect(decrypt(encrypt(text, KEY), KEY)).toBe(text);
  expect(decrypt(encrypt(text, KEY, "here"), KEY, "here")).toBe(text);
});

test("the same text is never encrypted to the same", () => {
  expect(encrypt("text", KEY)).not.toBe(encrypt("text", KEY));
});

// Nonce 000102030405060708090a0b; made with AESGCM of Python's cryptography 48.
test("what others have encrypted is read", () => {
  expect(decrypt("AAECAwQFBgcICQoLPiYId1Vu9hnD91lW4JotHv8+dKJM8ZqUoWwwtRh/", KEY)).toBe(
    "from elsewhere",
  );
  expect(decrypt("AAECAwQFBgcICQoLPiYId1Vu9hnD91lW4Jr3p1XLI4GbOeFqEG3Xxelm", KEY, "place")).toBe(
    "from elsewhere",
  );
});

test("another key, another place and a changed text are refused", () => {
  const encrypted = encrypt("text", KEY, "here");
  const bytes = Buffer.from(encrypted, "base64");
  bytes[14]! ^= 1;
  expect(() => decrypt(encrypted, KEY.replace("1", "2"), "here")).toThrow(/authenticate/);
  expect(() => decrypt(encrypted, KEY, "there")).toThrow(/authenticate/);
  expect(() => decrypt(encrypted, KEY)).toThrow(/authenticate/);
  expect(() => decrypt(bytes.toString("base64"), KEY, "here")).toThrow(/authenticate/);
  // A shorter tag is easier to guess.
  expect(() => decrypt(Buffer.alloc(20).toString("base64"), KEY)).toThrow(/tag|authenticate/i);
});
