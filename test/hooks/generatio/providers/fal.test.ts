import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Catalogue } from "../../../../hooks/generatio/models/catalogue.ts";
import { createFal } from "../../../../hooks/generatio/providers/fal.ts";
import {
  type Exchange,
  type Outcome,
  type ProviderContext,
  ProviderError,
  type ProviderHandle,
  type ProviderRequest,
} from "../../../../hooks/generatio/providers/provider.ts";
import {
  type FalEmulator,
  type Fault,
  startFalEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import { PlainToken } from "../../../../hooks/generatio/tokens/secret.ts";

const catalogue = new Catalogue();

const KEY = "emulated-id:emulated-secret";
const REQUEST: ProviderRequest = {
  model: catalogue.find("flux/schnell")!,
  prompt: 'A "red" fox [watercolour] 🦊',
  parameters: { image_size: "square", num_images: 2, seed: 7 },
};

let emulator: FalEmulator;
let traces: Exchange[];

beforeEach(async () => {
  emulator = await startFalEmulator({
    keys: { [KEY]: "ok", broke: "no_balance", locked: "locked" },
    queueMs: 1000,
    workMs: 1000,
    ahead: 2,
  });
  traces = [];
});
afterEach(() => emulator.close());

const contextOf = (key = KEY): ProviderContext => ({
  token: new PlainToken(key),
  signal: AbortSignal.timeout(10_000),
  fetch,
  trace: (exchange) => traces.push(exchange),
});

function handleOf(outcome: Outcome): ProviderHandle {
  if (outcome.state === "done") throw new Error("done already");
  return outcome.handle;
}

async function submitted(): Promise<ProviderHandle> {
  return handleOf(await createFal(emulator.url).submit(REQUEST, contextOf()));
}

async function failureOf(promise: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ProviderError))
    throw new Error(`expected a ProviderError, got ${String(error)}`);
  return error;
}

describe("submit", () => {
  it("sends the input at the top level with the key, and follows the addresses it is given", async () => {
    const outcome = await createFal(emulator.url).submit(REQUEST, contextOf());
    expect(emulator.journal).toEqual([
      {
        route: "submit",
        method: "POST",
        path: "/fal-ai/flux/schnell",
        authorization: `Key ${KEY}`,
        body: { prompt: REQUEST.prompt, image_size: "square", num_images: 2, seed: 7 },
      },
    ]);
    const { requestId } = handleOf(outcome);
    const base = `${emulator.url}/fal-ai/flux/requests/${requestId}`;
    expect(outcome).toEqual({
      state: "queued",
      position: 2,
      handle: {
        requestId,
        statusUrl: `${base}/status`,
        responseUrl: base,
        cancelUrl: `${base}/cancel`,
      },
    });
  });

  it.each([
    [
      "leads elsewhere",
      {
        status_url: "https://evil.example/status",
        response_url: "http://127.0.0.1:1/x",
        cancel_url: "//x",
      },
    ],
    ["is missing", {}],
  ])("builds an address of owner and app when the one it is given %s", async (_name, urls) => {
    emulator.fail("submit", { kind: "answer", status: 200, body: { request_id: "r 1", ...urls } });
    const handle = await submitted();
    const base = `${emulator.url}/fal-ai/flux/requests/r%201`;
    expect(handle).toEqual({
      requestId: "r 1",
      statusUrl: `${base}/status`,
      responseUrl: base,
      cancelUrl: `${base}/cancel`,
    });
  });

  const detail = (type: string) => ({
    detail: [{ loc: ["body", "num_images"], msg: "Input should be smaller", type }],
  });
  it.each<[string, Fault, Partial<ProviderError>]>([
    [
      "422 of a value",
      { kind: "answer", status: 422, body: detail("less_than_equal") },
      {
        kind: "validation",
        sent: "yes",
        fields: { num_images: "Input should be smaller" },
        vendorCode: "less_than_equal",
      },
    ],
    [
      "422 of the content",
      { kind: "answer", status: 422, body: detail("content_policy_violation") },
      { kind: "moderation" },
    ],
    [
      "404",
      { kind: "answer", status: 404, body: { detail: "Application not found" } },
      { kind: "missing" },
    ],
    [
      "429",
      {
        kind: "answer",
        status: 429,
        body: { detail: "slow down" },
        headers: { "retry-after": "7" },
      },
      { kind: "rate_limit", retryAfterMs: 7000, sent: "yes" },
    ],
    [
      "500 with a reason",
      { kind: "answer", status: 500, body: { detail: "crashed" } },
      { kind: "unavailable", sent: "yes" },
    ],
    [
      "503 of the platform",
      {
        kind: "answer",
        status: 503,
        body: { detail: "no runner", error_type: "runner_scheduling_failure" },
      },
      { kind: "unavailable", sent: "yes", vendorCode: "runner_scheduling_failure" },
    ],
    [
      "502 of a gateway",
      { kind: "page", status: 502, html: "<h1>Bad gateway</h1>" },
      { kind: "unavailable", sent: "unknown" },
    ],
    [
      "504",
      { kind: "answer", status: 504, body: { detail: "timeout" } },
      { kind: "unavailable", sent: "unknown" },
    ],
    [
      "a redirect",
      { kind: "answer", status: 307, headers: { location: "https://evil.example/" } },
      { kind: "protocol" },
    ],
    [
      "a page instead of JSON",
      { kind: "page", status: 200, html: "<h1>Hello</h1>" },
      { kind: "protocol", sent: "unknown" },
    ],
    ["a lost answer", { kind: "lose-answer" }, { kind: "network", sent: "unknown" }],
    ["a dropped connection", { kind: "drop" }, { kind: "network", sent: "unknown" }],
    ["a cut answer", { kind: "truncate" }, { kind: "network", sent: "unknown" }],
  ])("reports %s, after one request", async (_name, fault, expected) => {
    emulator.fail("submit", fault);
    const error = await failureOf(submitted());
    expect(error).toMatchObject(expected);
    expect(emulator.journal).toHaveLength(1);
  });

  it.each([
    ["wrong", "auth"],
    ["broke", "credits"],
    ["locked", "credits"],
  ])("tells what is the matter with a key that is %s", async (key, kind) => {
    const error = await failureOf(createFal(emulator.url).submit(REQUEST, contextOf(key)));
    expect(error.kind).toBe(kind);
    expect(emulator.accepted()).toHaveLength(0);
  });

  it("knows that nothing was sent when nobody listens", async () => {
    const { url } = emulator;
    await emulator.close();
    const error = await failureOf(createFal(url).submit(REQUEST, contextOf()));
    expect(error).toMatchObject({ kind: "network", sent: "no" });
    emulator = await startFalEmulator();
  });

  it("keeps the key out of messages and traces, also when the vendor quotes it", async () => {
    emulator.fail("submit", {
      kind: "answer",
      status: 500,
      body: { detail: `bad header Key ${KEY}` },
    });
    const error = await failureOf(submitted());
    expect(error.message).toBe("The provider failed: bad header Key [hidden]");
    expect(JSON.stringify(traces)).not.toContain(KEY);
    expect(traces[0]).toMatchObject({
      method: "POST",
      status: 500,
      keyFingerprint: new PlainToken(KEY).fingerprint(),
    });
  });
});

describe("poll", () => {
  it("tells the place in the queue, the work, and then the pictures", async () => {
    const handle = await submitted();
    const fal = createFal(emulator.url);
    expect(await fal.poll(handle, contextOf())).toEqual({ state: "queued", handle, position: 2 });
    emulator.tick(600);
    expect(await fal.poll(handle, contextOf())).toEqual({ state: "queued", handle, position: 1 });
    emulator.tick(600);
    expect(await fal.poll(handle, contextOf())).toEqual({ state: "running", handle });
    emulator.tick(1000);
    expect(await fal.poll(handle, contextOf())).toEqual({
      state: "done",
      seed: 7,
      seconds: 1,
      pictures: [0, 1].map((index) => ({
        url: `${emulator.url}/files/${handle.requestId}/${index}.jpg`,
        isNsfw: false,
      })),
    });
    expect(emulator.charges()).toMatchObject([
      { requestId: handle.requestId, key: KEY, images: 2, micros: 6000 },
    ]);
  });

  it("takes a result that stands in the status", async () => {
    const handle = await submitted();
    const response = { images: [{ url: "https://fal.media/a.png" }], seed: 1 };
    emulator.fail("status", {
      kind: "answer",
      status: 200,
      body: { status: "COMPLETED", response },
    });
    expect(await createFal(emulator.url).poll(handle, contextOf())).toMatchObject({
      state: "done",
      pictures: [{ url: "https://fal.media/a.png" }],
    });
  });

  it("takes a result that lags behind the status as running", async () => {
    const handle = await submitted();
    emulator.tick(5000);
    emulator.fail("result", {
      kind: "answer",
      status: 400,
      body: { detail: "Request is still in progress" },
    });
    expect(await createFal(emulator.url).poll(handle, contextOf())).toEqual({
      state: "running",
      handle,
    });
  });

  it.each<[string, "status" | "result", Fault, Partial<ProviderError>]>([
    [
      "a status that nobody knows",
      "status",
      { kind: "answer", status: 404, body: { detail: "Request not found" } },
      { kind: "missing" },
    ],
    [
      "a status of a wrong path",
      "status",
      { kind: "answer", status: 405, body: { detail: "Method Not Allowed" } },
      { kind: "protocol" },
    ],
    [
      "a status without a state",
      "status",
      { kind: "answer", status: 200, body: {} },
      { kind: "protocol" },
    ],
    [
      "a refused content",
      "result",
      {
        kind: "answer",
        status: 422,
        body: {
          detail: [{ loc: ["body", "prompt"], msg: "no", type: "content_policy_violation" }],
        },
      },
      { kind: "moderation", isFromResult: true },
    ],
    [
      "a result that may come",
      "result",
      { kind: "answer", status: 500, body: { detail: "x" } },
      { kind: "unavailable", isFromResult: true, isFinal: false },
    ],
    [
      "a result that will not come",
      "result",
      {
        kind: "answer",
        status: 500,
        body: { detail: "x" },
        headers: { "X-Fal-Retryable": "false" },
      },
      { kind: "unavailable", isFinal: true },
    ],
    [
      "an expired result",
      "result",
      { kind: "answer", status: 404, body: { detail: "Request not found" } },
      { kind: "missing", isFromResult: true },
    ],
    [
      "a result without pictures",
      "result",
      { kind: "answer", status: 200, body: { images: [] } },
      { kind: "protocol", isFinal: true },
    ],
  ])("reports %s", async (_name, route, fault, expected) => {
    const handle = await submitted();
    emulator.tick(5000);
    emulator.fail(route, fault);
    const error = await failureOf(createFal(emulator.url).poll(handle, contextOf()));
    expect(error).toMatchObject(expected);
  });

  it("reports a request that ended without pictures", async () => {
    const fal = createFal(emulator.url);
    const handle = handleOf(await fal.submit({ ...REQUEST, prompt: "[[emu:422]]" }, contextOf()));
    emulator.tick(5000);
    expect(await failureOf(fal.poll(handle, contextOf()))).toMatchObject({
      kind: "moderation",
      isFinal: true,
    });
    expect(emulator.charges()).toEqual([]);
  });
});

describe("cancel", () => {
  it("says whether the request is gone, may still finish, or had finished", async () => {
    const fal = createFal(emulator.url);
    const waiting = await submitted();
    expect(await fal.cancel(waiting, contextOf())).toBe("removed");
    const running = await submitted();
    emulator.tick(1500);
    expect(await fal.cancel(running, contextOf())).toBe("requested");
    const done = await submitted();
    emulator.tick(5000);
    expect(await fal.cancel(done, contextOf())).toBe("late");
    expect(emulator.charges().map((charge) => charge.requestId)).toEqual([done.requestId]);
  });

  it("leaves a request that ended with an error", async () => {
    const fal = createFal(emulator.url);
    const handle = await submitted();
    emulator.tick(1500);
    await fal.cancel(handle, contextOf());
    expect(await failureOf(fal.poll(handle, contextOf()))).toMatchObject({ isFinal: true });
  });
});
