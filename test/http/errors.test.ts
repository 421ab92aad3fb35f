import { describe, expect, test, afterAll, beforeAll } from "vitest";
import { errorBody as wireForm, toApiError } from "../../src/http/errors.ts";
import {
  ApiError,
  type ErrorTree,
  NotFoundError,
  problem,
  ValidationError,
} from "../../src/lib/errors.ts";
import type { TestServer } from "../../src/testing/index.ts";
import { ask, BAD_REQUEST, errorBody, NOT_FOUND, serveRoutes } from "./fixture.ts";

const missingFile = Object.assign(new Error("open /secret"), { code: "ENOENT" });
const INTERNAL = errorBody(500, "Something went wrong while processing your request.");

/** What operations and handlers throw. */
const THROWN: Record<string, () => unknown> = {
  api: () => new ApiError(418, "short and stout"),
  "api without message": () => new ApiError(403),
  "wrapped api": () =>
    new Error("secret", { cause: new Error("deeper", { cause: new ApiError(409, "taken") }) }),
  validation: () =>
    new ValidationError({ title: problem("validation_required", "cannot be blank") }),
  "wrapped validation": () =>
    new Error("secret", { cause: new ValidationError({ a: problem("x", "y") }) }),
  "not found": () => new NotFoundError("secret"),
  "missing file": () => missingFile,
  plain: () => new Error("secret"),
  text: () => "secret",
  nothing: () => undefined,
  type: () => new TypeError("secret"),
  range: () => new RangeError("secret"),
  reference: () => new ReferenceError("secret"),
};

describe("what a handler throws", () => {
  let server: TestServer;
  const logged: unknown[][] = [];
  beforeAll(async () => {
    server = await serveRoutes((router, app) => {
      app.logger.error = (message, data) => {
        if (data?.["type"] !== "request") logged.push([message, data]);
      };
      router.get("/throw/{what}", (event) => {
        throw THROWN[event.params["what"]!]!();
      });
      router.get("/reject/{what}", async (event) => {
        throw THROWN[event.params["what"]!]!();
      });
    });
  });
  afterAll(() => server.close());

  test.each([
    ["api", errorBody(418, "Short and stout.")],
    ["api without message", errorBody(403, "You are not allowed to perform this request.")],
    ["wrapped api", errorBody(409, "Taken.")],
    [
      "validation",
      errorBody(400, "Something went wrong while processing your request.", {
        title: { code: "validation_required", message: "Cannot be blank." },
      }),
    ],
    [
      "wrapped validation",
      errorBody(400, "Something went wrong while processing your request.", {
        a: { code: "x", message: "Y." },
      }),
    ],
    ["not found", NOT_FOUND],
    ["missing file", NOT_FOUND],
    ["plain", BAD_REQUEST],
    ["text", BAD_REQUEST],
    ["nothing", BAD_REQUEST],
    ["type", INTERNAL],
    ["range", INTERNAL],
    ["reference", INTERNAL],
  ])(
    "%s reaches the client as its envelope, now or later, and nothing of it for HEAD",
    async (what, body) => {
      const status = (JSON.parse(body) as { status: number }).status;
      for (const how of ["throw", "reject"]) {
        const path = `/${how}/${encodeURIComponent(what)}`;
        const answer = await ask(server, `GET ${path}`);
        expect([answer.status, answer.headers["content-type"], answer.body]).toEqual([
          status,
          "application/json",
          body,
        ]);
        const head = await ask(server, `HEAD ${path}`);
        expect([head.status, head.body, head.headers["content-length"]]).toEqual([
          status,
          "",
          undefined,
        ]);
      }
    },
  );

  test.each(["plain", "type", "text"])("%s is logged with its cause", async (what) => {
    logged.length = 0;
    await ask(server, `GET /throw/${what}?token=hidden`);
    expect(logged).toHaveLength(1);
    expect(logged[0]![0]).toBe(`GET /throw/${what} failed`);
    const { error } = logged[0]![1] as { error: unknown };
    const texts = [error, (error as Error).cause].map((link) =>
      link instanceof Error ? link.message : link,
    );
    expect(texts).toContain("secret");
  });

  test.each(["api", "validation", "not found", "missing file", "wrapped api"])(
    "%s is not",
    async (what) => {
      logged.length = 0;
      await ask(server, `GET /throw/${encodeURIComponent(what)}`);
      expect(logged).toEqual([]);
    },
  );
});

test("the wire form sorts the keys of data, keeps its depth and drops empty params", () => {
  const data: ErrorTree = {
    b: { code: "x", message: "first letter", params: {} },
    a: { 1: { z: problem("y", "done!", { max: 2, min: 1 }) } },
    c: {
      ...problem("batch_request_failed", "Batch request failed."),
      response: { status: 400 },
    } as never,
  };
  expect(wireForm(new ApiError(400, "m", { data }))).toBe(
    '{"data":{"a":{"1":{"z":{"code":"y","message":"Done!","params":{"max":2,"min":1}}}},' +
      '"b":{"code":"x","message":"First letter."},' +
      '"c":{"code":"batch_request_failed","message":"Batch request failed.","response":{"status":400}}},' +
      '"message":"M.","status":400}',
  );
});

test("an endless chain of causes ends", () => {
  const error = new Error("a");
  error.cause = error;
  expect(toApiError(error).status).toBe(400);
});
