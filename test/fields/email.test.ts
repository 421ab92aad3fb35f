import { expect, test } from "vitest";
import { makeField, problemOf, REQUIRED, settingsProblemsOf } from "./fixture.ts";

const INVALID = { code: "validation_is_email", message: "Must be a valid email address." };
const NOT_ALLOWED = {
  code: "validation_email_domain_not_allowed",
  message: "Email domain is not allowed.",
};
const ONLY = { onlyDomains: ["example.com"] };
const EXCEPT = { exceptDomains: ["example.com"] };

test.each([
  [{}, "", undefined],
  [{ required: true }, "", REQUIRED],
  [{}, "a@b.co", undefined],
  [{}, "a@b", INVALID],
  [{}, " a@b.co", INVALID],
  [{}, "a\0@b.co", INVALID],
  [ONLY, "a@example.com", undefined],
  [ONLY, "a@EXAMPLE.com", NOT_ALLOWED],
  [ONLY, "a@sub.example.com", NOT_ALLOWED],
  [ONLY, "a@example.com.", NOT_ALLOWED],
  [EXCEPT, "a@example.com", NOT_ALLOWED],
  [EXCEPT, "a@EXAMPLE.com", undefined],
  [EXCEPT, "a@sub.example.com", undefined],
])("with %j, %j is judged as PocketBase does", async (options, raw, problem) => {
  expect(await problemOf(makeField("email", options), raw)).toEqual(problem);
});

test("only one list of domains may be set, of domains only", async () => {
  const blank = { code: "validation_empty", message: "Must be blank." };
  expect(await settingsProblemsOf(makeField("email", { ...ONLY, ...EXCEPT }))).toEqual({
    exceptDomains: blank,
    onlyDomains: blank,
  });
  expect(
    await settingsProblemsOf(makeField("email", { exceptDomains: ["a.com", "localhost"] })),
  ).toEqual({
    exceptDomains: { "1": { code: "validation_is_domain", message: "Must be a valid domain." } },
  });
});
