import { expect, test } from "vitest";
import { exampleAnswers } from "../../../../src/ui/admin/records/api-preview/example-answers.ts";
import { collectionSnippets } from "../../../../src/ui/admin/records/api-preview/snippets.ts";

const OPTIONS = { record: { id: "RECORD_ID" }, locked: ["create"], requiredField: "title" };

/** As PocketBase 0.40.4 answers them. */
const STATUSES: Readonly<Record<string, readonly number[]>> = {
  list: [200, 400],
  view: [200, 404],
  create: [200, 400, 403],
  update: [200, 400, 404],
  delete: [204, 400, 404],
  realtime: [200, 404],
  batch: [200, 400, 403],
  "auth-methods": [200],
  "auth-with-password": [200, 400, 401],
  "auth-with-oauth2": [200, 400, 401, 403],
  "request-otp": [200, 400, 403],
  "auth-with-otp": [200, 400, 401, 403],
  "auth-refresh": [200, 401],
  "request-verification": [204, 400],
  "confirm-verification": [204, 400],
  "request-password-reset": [204, 400],
  "confirm-password-reset": [204, 400],
  "request-email-change": [204, 400, 401],
  "confirm-email-change": [204, 400],
};

test.for(Object.entries(STATUSES))("%s answers with %j", ([id, statuses]) => {
  expect(exampleAnswers(id, OPTIONS).map(({ status }) => status)).toEqual(statuses);
});

test("every action has answers", () => {
  const snippets = collectionSnippets({
    baseUrl: "",
    name: "users",
    type: "auth",
    body: {},
    fileSample: "FILE",
  });
  expect(snippets.map(({ id }) => id)).toEqual(Object.keys(STATUSES));
});

test("a refused record names the field that is missing, and a rule for superusers its refusal", () => {
  const [, invalid, locked] = exampleAnswers("create", OPTIONS);
  expect(JSON.parse(invalid!.body)).toEqual({
    data: { title: { code: "validation_required", message: "Cannot be blank." } },
    message: "Failed to create record.",
    status: 400,
  });
  expect(JSON.parse(locked!.body)).toEqual({
    data: {},
    message: "Only superusers can perform this action.",
    status: 403,
  });
});

test("a delete has no content", () => {
  expect(exampleAnswers("delete", OPTIONS)[0]).toEqual({ status: 204, body: "" });
});
