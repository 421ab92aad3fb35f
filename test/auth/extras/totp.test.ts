import { describe, expect, test } from "vitest";
import {
  codeOf,
  findStep,
  newTotpSecret,
  otpauthUrl,
  stepOf,
} from "../../../src/auth/extras/totp.ts";

/** "12345678901234567890" in base32. */
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

// RFC 6238, appendix B, the rows of SHA-1.
test.for([
  [59, "94287082"],
  [1111111109, "07081804"],
  [1111111111, "14050471"],
  [1234567890, "89005924"],
  [2000000000, "69279037"],
  [20000000000, "65353130"],
] as [number, string][])("at second %i the code is %s", ([second, code]) => {
  expect(codeOf(SECRET, stepOf(second * 1000), 8)).toBe(code);
});

// RFC 4226, appendix D.
test.for(
  "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489"
    .split(" ")
    .map((code, counter) => [counter, code] as const),
)("the code of counter %i is %s", ([counter, code]) => {
  expect(codeOf(SECRET, counter)).toBe(code);
});

describe("a typed code", () => {
  const now = 1234567890_000;
  const present = stepOf(now);

  test.for([
    [-2, undefined],
    [-1, present - 1],
    [0, present],
    [1, present + 1],
    [2, undefined],
  ] as const)("of %i steps from now is found at %s", ([offset, found]) => {
    expect(findStep(SECRET, codeOf(SECRET, present + offset), now)).toBe(found);
  });

  test.for(["", "0", "00000", "0000000", "abcdef", "００５９２４", "-05924", "1e5"])(
    "%j is none",
    (code) => {
      expect(findStep(SECRET, code, now)).toBeUndefined();
    },
  );

  test("may hold blanks", () => {
    expect(findStep(SECRET, " 005 924 ", now)).toBe(present);
  });
});

test("secrets have 160 bits and differ", () => {
  const secrets = Array.from({ length: 100 }, newTotpSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
});

test("the URL for authenticator apps escapes what apps would read as its own", () => {
  const url = otpauthUrl(SECRET, { issuer: "A & B: c", account: "a+b@example.com" });
  expect(url).toBe(
    `otpauth://totp/A%20%26%20B%20%20c:a%2Bb%40example.com?secret=${SECRET}&issuer=A%20%26%20B%20%20c&algorithm=SHA1&digits=6&period=30`,
  );
});
