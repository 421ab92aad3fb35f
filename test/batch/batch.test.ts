import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type PostsServer, startPostsServer } from "../realtime/fixture.ts";

let server: PostsServer;
let token: string;

beforeEach(async () => {
  server = await startPostsServer();
  token = await server.superuserToken();
  server.app.settings.batch = { enabled: true, maxRequests: 5, timeout: 3, maxBodySize: 0 };
});

afterEach(() => server.close());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function send(
  body: string | FormData,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}/api/batch`, {
    method: "POST",
    headers: { authorization: token, ...headers },
    body,
  });
  return { status: response.status, body: await response.json() };
}

const batch = (requests: unknown, headers = {}) =>
  send(JSON.stringify({ requests }), { "content-type": "application/json", ...headers });

const RECORDS = "/api/collections/posts/records";
const create = (title: string, more = {}) => ({
  method: "POST",
  url: RECORDS,
  body: { title, ...more },
});

function failed(index: number, response: unknown): Answer {
  const leaf = { code: "batch_request_failed", message: "Batch request failed.", response };
  return {
    status: 400,
    body: {
      data: { requests: { [index]: leaf } },
      message: "Batch transaction failed.",
      status: 400,
    },
  };
}

const DEFAULT_400 = {
  data: {},
  message: "Something went wrong while processing your request.",
  status: 400,
};
const required = { code: "validation_required", message: "Cannot be blank." };
const tooLong = (max: number) => ({
  code: "validation_length_too_long",
  message: `The length must be no more than ${max}.`,
  params: { max, min: 0 },
});

describe("a batch", () => {
  test("creates, updates, upserts and deletes, each answer as it would be alone", async () => {
    const id = "abcdefghijklmno";
    const answer = await batch([
      { method: "PUT", url: `${RECORDS}?fields=id,title`, body: { id, title: "made" } },
      { method: "PUT", url: `${RECORDS}?fields=title`, body: { id, title: "changed" } },
      { method: "PATCH", url: `${RECORDS}/${id}?fields=title`, body: { title: "again" } },
      { method: "POST", url: `${RECORDS}?fields=title`, body: { title: "other" } },
      { method: "DELETE", url: `${RECORDS}/${id}` },
    ]);
    expect(answer).toEqual({
      status: 200,
      body: [
        { status: 200, body: { id, title: "made" } },
        { status: 200, body: { title: "changed" } },
        { status: 200, body: { title: "again" } },
        { status: 200, body: { title: "other" } },
        { status: 204, body: null },
      ],
    });
    expect(await server.app.countRecords("posts")).toBe(1);
  });

  test.for([
    [[], { requests: required }],
    [Array.from({ length: 6 }, () => create("a")), { requests: tooLong(5) }],
    [
      [{ method: "post", url: RECORDS }],
      {
        requests: {
          "0": { method: { code: "validation_in_invalid", message: "Must be a valid value." } },
        },
      },
    ],
    [[create("a"), {}], { requests: { "1": { method: required, url: required } } }],
    [
      [{ method: "GET", url: `/${"x".repeat(2000)}` }],
      { requests: { "0": { url: tooLong(2000) } } },
    ],
  ])("of wrong form is refused: %#", async ([requests, data]) => {
    expect(await batch(requests)).toEqual({
      status: 400,
      body: { data, message: "Invalid batch request data.", status: 400 },
    });
  });

  test.for([
    ["text"],
    [[1]],
    [[{ method: 1, url: RECORDS }]],
    [[{ method: "POST", url: RECORDS, body: [] }]],
  ])("that is no list of requests cannot be read: %j", async ([requests]) => {
    expect(await batch(requests)).toEqual({
      status: 400,
      body: { data: {}, message: "Failed to read the submitted batch data.", status: 400 },
    });
  });

  // Observed on PocketBase 0.40.4.
  test("may spell its keys in any case", async () => {
    const { body } = create("any case");
    const request = { METHOD: "POST", Url: `${RECORDS}?fields=title`, BODY: body };
    const json = JSON.stringify({ REQUESTS: [request] });
    expect(await send(json, { "content-type": "application/json" })).toEqual({
      status: 200,
      body: [{ status: 200, body: { title: "any case" } }],
    });
  });

  test.each(["fields=title:excerpt(", "a=%zz"])(
    "whose answer cannot be made by %s is undone",
    async (query) => {
      const bad = { ...create("b"), url: `${RECORDS}?${query}` };
      expect(await batch([create("a"), bad])).toEqual(failed(1, DEFAULT_400));
      expect(await server.app.countRecords("posts")).toBe(0);
    },
  );

  test("must be allowed by the settings", async () => {
    server.app.settings.batch.enabled = false;
    expect(await batch([create("a")])).toEqual({
      status: 403,
      body: { data: {}, message: "Batch requests are not allowed.", status: 403 },
    });
  });

  test("must not be larger than the settings allow", async () => {
    server.app.settings.batch.maxBodySize = 100;
    expect((await batch([create("x".repeat(100))])).status).toBe(413);
  });

  test("that takes too long is rolled back", async () => {
    server.app.settings.batch.timeout = 1;
    server.app.onRecordCreateRequest("posts").bindFunc(async (event) => {
      await event.next();
      await new Promise((resolve) => setTimeout(resolve, 1300));
    });
    expect(await batch([create("a")])).toEqual({
      status: 400,
      body: { data: {}, message: "Batch transaction failed.", status: 400 },
    });
    expect(await server.app.countRecords("posts")).toBe(0);
  });
});

describe("a failing request", () => {
  test("undoes all, and its index and answer are told", async () => {
    const tooLongTitle = "x".repeat(6000);
    const listener = await server.listen(["posts/*"]);
    const answer = await batch([create("a"), create(tooLongTitle), create("b")]);
    expect(answer).toEqual(
      failed(1, {
        data: {
          title: {
            code: "validation_max_text_constraint",
            message: "Must be no more than 5000 character(s).",
            params: { max: 5000 },
          },
        },
        message: "Failed to create record.",
        status: 400,
      }),
    );
    expect(await server.app.countRecords("posts")).toBe(0);
    await server.post({ title: "after" });
    await listener.untilCount(1);
    expect(listener.titles).toEqual(["create:after"]);
  });

  test.for([
    [{ method: "GET", url: "/api/health" }, 0, DEFAULT_400],
    [
      { method: "POST", url: "/api/collections/nope/records" },
      0,
      { data: {}, message: "Missing collection context.", status: 404 },
    ],
    [
      { method: "PATCH", url: `${RECORDS}/missing` },
      0,
      { data: {}, message: "The requested resource wasn't found.", status: 404 },
    ],
    [{ method: "POST", url: `http://other${RECORDS}` }, 0, DEFAULT_400],
  ] as const)("%#: of an unknown kind or target", async ([request, index, response]) => {
    expect(await batch([request])).toEqual(failed(index, response));
  });
});

describe("the requests of a batch", () => {
  test("see what the ones before have written", async () => {
    const posts = server.app.findCollection("posts").clone();
    posts.createRule = "";
    posts.updateRule = "title = 'made before'";
    await server.app.save(posts);
    const id = "abcdefghijklmno";
    const body = JSON.stringify({
      requests: [
        create("made before", { id }),
        { method: "PATCH", url: `${RECORDS}/${id}`, body: { title: "seen" } },
      ],
    });
    expect(
      (await send(body, { "content-type": "application/json", authorization: "" })).status,
    ).toBe(200);
  });

  test("are made with the caller and the headers of the batch; own headers replace them, authorization does not", async () => {
    const posts = server.app.findCollection("posts").clone();
    posts.createRule =
      "@request.auth.name = 'ann' && @request.headers.x_a = title && @request.context = 'batch'";
    await server.app.save(posts);
    ({ token } = await server.user("ann"));
    const requests = [
      create("outer"),
      { ...create("own"), headers: { "X-A": "own", Authorization: "ignored" } },
    ];
    expect((await batch(requests, { "x-a": "outer" })).status).toBe(200);
    expect((await batch(requests, { "x-a": "other" })).status).toBe(400);
  });

  test("tell realtime clients after the commit, in order", async () => {
    const listener = await server.listen(["posts/*"]);
    const id = "abcdefghijklmno";
    await batch([
      create("a", { id }),
      create("b"),
      { method: "PATCH", url: `${RECORDS}/${id}`, body: { title: "c" } },
    ]);
    await listener.untilCount(3);
    expect(listener.titles).toEqual(["create:a", "create:b", "update:c"]);
  });

  test("take files from the parts of a form", async () => {
    const docs = server.app.findCollection("posts").clone();
    const { createField } = await import("../../src/fields/index.ts");
    docs.fields.push(createField({ type: "file", name: "files", maxSelect: 3, maxSize: 1000 }));
    await server.app.save(docs);
    const form = new FormData();
    form.append("requests.0.files", new File(["one"], "one.txt"));
    form.append("requests[1].files+", new File(["two"], "two.txt"));
    form.append("@jsonPayload", JSON.stringify({ requests: [create("a"), create("b")] }));
    const { status, body } = await send(form);
    expect(status).toBe(200);
    const names = (body as { body: { files: string[] } }[]).map((each) => each.body.files);
    expect(names).toEqual([
      [expect.stringMatching(/^one_\w{10}\.txt$/)],
      [expect.stringMatching(/^two_\w{10}\.txt$/)],
    ]);
  });
});

test("onBatchRequest sees afterwards what was done", async () => {
  const seen: string[] = [];
  server.app.onBatchRequest().bindFunc(async (event) => {
    await event.next();
    for (const { method, url } of event.batch) seen.push(`${method} ${url}`);
  });
  const id = "abcdefghijklmno";
  const put = { method: "PUT", url: `${RECORDS}?fields=id`, body: { id, title: "x" } };
  await batch([put, put]);
  expect(seen).toEqual([`POST ${RECORDS}?fields=id`, `PATCH ${RECORDS}/${id}?fields=id`]);
});

test("onBatchRequest may change the requests", async () => {
  server.app.onBatchRequest().bindFunc(async (event) => {
    event.batch = event.batch.slice(0, 1);
    await event.next();
  });
  expect((await batch([create("a"), create("b")])).body).toHaveLength(1);
});
