import { expect, test } from "vitest";
import { makeField, problemOf, REQUIRED, settingsProblemsOf } from "./fixture.ts";

const INVALID = { code: "validation_invalid_url", message: "Must be a valid url." };
const NOT_ALLOWED = {
  code: "validation_url_domain_not_allowed",
  message: "Url domain is not allowed.",
};
const ONLY = { onlyDomains: ["example.com"] };
const EXCEPT = { exceptDomains: ["example.com"] };

test.each([
  [{}, "", undefined],
  [{ required: true }, "", REQUIRED],
  [{}, "example.com", undefined],
  [{}, "a.b", INVALID],
  [{}, "javascript:alert(1)", INVALID],
  [ONLY, "http://example.com", undefined],
  [ONLY, "http://u@example.com/x", undefined],
  [ONLY, "example.com", NOT_ALLOWED],
  [ONLY, "http://example.com:80", NOT_ALLOWED],
  [ONLY, "http://EXAMPLE.com", NOT_ALLOWED],
  [ONLY, "http://sub.example.com", NOT_ALLOWED],
  [ONLY, "http://example.com.", NOT_ALLOWED],
  [ONLY, "http://x.y/@example.com", NOT_ALLOWED],
  [ONLY, "1.2.3.4:80", NOT_ALLOWED],
  [EXCEPT, "http://example.com", NOT_ALLOWED],
  [EXCEPT, "http://u@example.com/x", NOT_ALLOWED],
  [EXCEPT, "example.com", undefined],
  [EXCEPT, "http://example.com:80", undefined],
  [EXCEPT, "http://sub.example.com", undefined],
])("with %j, %j is judged as PocketBase does", async (options, raw, problem) => {
  expect(await problemOf(makeField("url", options), raw)).toEqual(problem);
});

test("entries of the lists must be domains", async () => {
  expect(await settingsProblemsOf(makeField("url", { exceptDomains: ["localhost"] }))).toEqual({
    exceptDomains: { "0": { code: "validation_is_domain", message: "Must be a valid domain." } },
  });
});
