import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FalEmulatorOptions, Fault } from "../../../hooks/generatio/testing/index.ts";
import { rateLimited, startFalEmulator } from "../../../hooks/generatio/testing/index.ts";
import { KEY, type Member, type ProductServer, startProduct } from "./product-server.ts";

// What the provider can do wrong: the client hears the right thing, nothing is paid twice, the rows are right.

let product: ProductServer;
let ann: Member;

async function start(
  options: { emulator?: FalEmulatorOptions; env?: Record<string, string> } = {},
): Promise<void> {
  product = await startProduct(options);
  ann = await (await product.signUp()).unlock();
}

beforeEach(() => {
  product = undefined as never;
});
afterEach(() => product.close());

interface Bill {
  /** Paid requests that were sent. */
  readonly submits: number;
  /** What the vendor charges for in the end. */
  readonly charged: number;
  readonly state: string;
  readonly images: number;
  /** What we say was spent. */
  readonly micros: number;
}

async function bill(): Promise<Bill> {
  const { app, emulator } = product;
  emulator.tick(3_600_000);
  const jobs = await app.findRecordsByFilter("jobs", "");
  const usage = await app.findRecordsByFilter("usage_ledger", "");
  return {
    submits: emulator.journal.filter((entry) => entry.route === "submit").length,
    charged: emulator.charges().length,
    state: jobs.map((job) => job.getString("state")).join(),
    images: await app.countRecords("images"),
    micros: usage.reduce((sum, row) => sum + row.getNumber("cost_micros"), 0),
  };
}

const NOTHING: Bill = { submits: 1, charged: 0, state: "failed", images: 0, micros: 0 };
const detail = (type: string, field = "prompt") => ({
  detail: [{ loc: ["body", field], msg: "No.", type }],
});
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Fault => ({
  kind: "answer",
  status,
  body,
  headers,
});

interface Case {
  readonly name: string;
  readonly route: "submit" | "status" | "result" | "file";
  readonly faults: readonly Fault[];
  readonly status: number;
  readonly error: string;
  readonly field?: string;
  readonly bill: Bill;
}

const FAILURES: readonly Case[] = [
  {
    name: "401 of the key",
    route: "submit",
    faults: [answer(401, { detail: "no" })],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: NOTHING,
  },
  {
    name: "402",
    route: "submit",
    faults: [answer(402, { detail: "Payment required" })],
    status: 402,
    error: "payment_required",
    field: "provider",
    bill: NOTHING,
  },
  {
    name: "403 of a locked account",
    route: "submit",
    faults: [answer(403, { detail: "User is locked. Reason: Exhausted balance." })],
    status: 402,
    error: "payment_required",
    field: "provider",
    bill: NOTHING,
  },
  {
    name: "404 of the model",
    route: "submit",
    faults: [answer(404, { detail: "not found" })],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: NOTHING,
  },
  {
    name: "422 of a parameter",
    route: "submit",
    faults: [answer(422, detail("less_than_equal", "num_images"))],
    status: 400,
    error: "validation_error",
    field: "parameters.num_images",
    bill: NOTHING,
  },
  {
    name: "422 of the content",
    route: "submit",
    faults: [answer(422, detail("content_policy_violation"))],
    status: 400,
    error: "validation_error",
    field: "prompt",
    bill: NOTHING,
  },
  {
    name: "429 with a long wait",
    route: "submit",
    faults: [rateLimited(7)],
    status: 429,
    error: "rate_limit_error",
    field: "provider",
    bill: NOTHING,
  },
  {
    name: "500 with a reason",
    route: "submit",
    faults: [answer(500, { detail: "crash" })],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: NOTHING,
  },
  {
    name: "502 of a gateway",
    route: "submit",
    faults: [{ kind: "page", status: 502, html: "<h1>Bad gateway</h1>" }],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: { ...NOTHING, state: "unknown" },
  },
  {
    name: "503",
    route: "submit",
    faults: [answer(503, { detail: "no runner", error_type: "runner_scheduling_failure" })],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: NOTHING,
  },
  {
    name: "a dropped connection",
    route: "submit",
    faults: [{ kind: "drop" }],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: { ...NOTHING, state: "unknown" },
  },
  {
    name: "a lost answer",
    route: "submit",
    faults: [{ kind: "lose-answer" }],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: { ...NOTHING, state: "unknown", charged: 1 },
  },
  {
    name: "a cut answer",
    route: "submit",
    faults: [{ kind: "truncate" }],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: { ...NOTHING, state: "unknown", charged: 1 },
  },
  {
    name: "an answer that is no JSON",
    route: "submit",
    faults: [{ kind: "page", status: 200, html: "hello" }],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: { ...NOTHING, state: "unknown" },
  },
  {
    name: "a refused content at the end",
    route: "result",
    faults: [answer(422, detail("content_policy_violation"), { "x-fal-retryable": "false" })],
    status: 400,
    error: "validation_error",
    field: "prompt",
    bill: { ...NOTHING, charged: 1 },
  },
  {
    name: "a crash at the end",
    route: "result",
    faults: [answer(500, { detail: "crash" }, { "X-Fal-Retryable": "false" })],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: { ...NOTHING, charged: 1 },
  },
  {
    name: "an expired result",
    route: "result",
    faults: [answer(404, { detail: "Request not found" })],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: { ...NOTHING, charged: 1 },
  },
  {
    name: "a result without pictures",
    route: "result",
    faults: [answer(200, { images: [] })],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: { ...NOTHING, charged: 1 },
  },
  {
    name: "a request that got lost",
    route: "status",
    faults: [answer(404, { detail: "Request not found" })],
    status: 502,
    error: "external_error",
    field: "provider",
    bill: { ...NOTHING, charged: 1 },
  },
  {
    name: "a picture on a private address",
    route: "result",
    faults: [answer(200, { images: [{ url: "https://169.254.169.254/latest" }] })],
    status: 502,
    error: "external_error",
    bill: { ...NOTHING, charged: 1, micros: 3000 },
  },
  {
    name: "a picture that is a page",
    route: "file",
    faults: [{ kind: "page", status: 200, html: "<svg onload=alert(1)>" }],
    status: 502,
    error: "external_error",
    bill: { ...NOTHING, charged: 1, micros: 3000 },
  },
  {
    name: "a picture that is gone",
    route: "file",
    faults: [answer(404, {}), answer(404, {})],
    status: 502,
    error: "external_error",
    bill: { ...NOTHING, charged: 1, micros: 3000 },
  },
];

describe("a failure of the provider", () => {
  it.each(FAILURES)("is told and booked: $name", async (expected) => {
    await start();
    product.emulator.fail(expected.route, ...expected.faults);
    const { status, body, headers } = await ann.generate();
    expect({
      status,
      error: body["error"],
      fields: Object.keys(body["data"] ?? {}),
      code: body["code"],
      retryAfter: headers.get("Retry-After"),
    }).toEqual({
      status: expected.status,
      error: expected.error,
      fields: expected.field ? [expected.field] : [],
      code: expected.field === "prompt" ? "content_policy" : undefined,
      retryAfter: expected.status === 429 ? "7" : null,
    });
    expect(body["job_id"]).toMatch(/^[a-z0-9]{15}$/);
    expect(await bill()).toEqual(expected.bill);
    expect((await ann.get("auth/token-status")).body).toMatchObject({ has_active_session: true });
  });
});

const SUCCESS: Bill = { submits: 1, charged: 1, state: "succeeded", images: 1, micros: 3000 };

const PASSING: readonly Omit<Case, "status" | "error">[] = [
  {
    name: "short rate limits before the request was taken",
    route: "submit",
    faults: [rateLimited(1), rateLimited(1)],
    bill: { ...SUCCESS, submits: 3 },
  },
  {
    name: "trouble while reading the status",
    route: "status",
    faults: [
      { kind: "drop" },
      answer(503, { detail: "x" }),
      rateLimited(1),
      { kind: "page", status: 502, html: "x" },
    ],
    bill: SUCCESS,
  },
  {
    name: "trouble while reading the result",
    route: "result",
    faults: [answer(500, { detail: "x" }), { kind: "truncate" }],
    bill: SUCCESS,
  },
  {
    name: "trouble while fetching the picture",
    route: "file",
    faults: [{ kind: "truncate" }, answer(503, {})],
    bill: SUCCESS,
  },
  {
    name: "slow answers",
    route: "submit",
    faults: [{ kind: "delay", milliseconds: 600 }],
    bill: SUCCESS,
  },
];

describe("trouble that passes", () => {
  it.each(PASSING)("costs nothing more: $name", async ({ route, faults, bill: expected }) => {
    await start();
    product.emulator.fail(route, ...faults);
    expect((await ann.generate()).status).toBe(200);
    expect(await bill()).toEqual(expected);
  });

  it("keeps the pictures that could be fetched and says what is missing", async () => {
    await start();
    product.emulator.fail("file", answer(404, {}), answer(404, {}), answer(404, {}));
    const { status, body } = await ann.generate({ parameters: { num_images: 2 } });
    expect(status).toBe(200);
    expect(body["images"]).toHaveLength(1);
    expect(body["cost"]).toBe(0.006);
    expect(body["warnings"]).toEqual(["A picture could not be fetched: the server answered 404."]);
    expect(await bill()).toEqual({ ...SUCCESS, micros: 6000 });
    const [row] = await product.app.findRecordsByFilter("usage_ledger", "");
    expect([row?.getNumber("images"), row?.getNumber("waste_micros")]).toEqual([1, 3000]);
  });

  it("is told with the pictures of which fewer came than were asked for", async () => {
    await start();
    const { body } = await ann.generate({
      prompt: "a fox [[emu:partial]]",
      parameters: { num_images: 3 },
    });
    expect(body["images"]).toHaveLength(1);
    expect(body["cost"]).toBe(0.003);
  });
});

describe("time", () => {
  it("that is over for the request does not end the job", async () => {
    await start({ emulator: { workMs: 1500 }, env: { GENERATIO_SYNC_WAIT: "300ms" } });
    const { status, body } = await ann.generate();
    expect([status, body["error"]]).toEqual([504, "external_error"]);
    const jobs = ann.client.collection("jobs");
    await expect
      .poll(async () => (await jobs.getOne(String(body["job_id"])))["state"], { timeout: 8000 })
      .toBe("succeeded");
    expect(await ann.client.collection("images").getFullList()).toHaveLength(1);
    expect(await bill()).toEqual(SUCCESS);
  });

  it("that is over for the job cancels it at the provider", async () => {
    await start({ emulator: { queueMs: 60_000 }, env: { GENERATIO_FAL_TIMEOUT: "700ms" } });
    const { status, body } = await ann.generate();
    expect([status, body["error"]]).toEqual([504, "external_error"]);
    expect(body["job_id"]).toMatch(/^[a-z0-9]{15}$/);
    expect(product.emulator.journal.at(-1)).toMatchObject({ method: "PUT", route: "cancel" });
    expect(await bill()).toEqual({ ...NOTHING, state: "expired" });
  });

  it("that is over while the paid request hangs leaves the job unknown", async () => {
    await start({ env: { GENERATIO_FAL_TIMEOUT: "500ms" } });
    product.emulator.fail("submit", { kind: "hang" });
    const { status, body } = await ann.generate();
    expect([status, body["error"]]).toEqual([504, "external_error"]);
    const job = await ann.client.collection("jobs").getOne(String(body["job_id"]));
    expect(job["state"]).toBe("running");
    expect(await bill()).toEqual({ ...NOTHING, state: "unknown", charged: 1 });
    const [stored] = await product.app.findRecordsByFilter("jobs", "");
    expect([stored?.getNumber("hold"), stored?.getNumber("actual")]).toEqual([3000, 0]);
  });

  it("ends the wait for a lost answer within twenty seconds", { timeout: 30_000 }, async () => {
    await start();
    product.emulator.fail("submit", { kind: "hang" });
    const started = Date.now();
    expect(await ann.generate()).toMatchObject({ status: 502, body: { error: "external_error" } });
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(await bill()).toEqual({ ...NOTHING, state: "unknown", charged: 1 });
  });
});

describe("nobody at the provider's address", () => {
  it("is told, and nothing was sent", async () => {
    const gone = await startFalEmulator();
    await gone.close();
    await start({ env: { GENERATIO_FAL_URL: gone.url } });
    expect(await ann.generate()).toMatchObject({ status: 502, body: { error: "external_error" } });
    expect(await bill()).toEqual({ ...NOTHING, submits: 0 });
  });
});

describe("an Idempotency-Key", () => {
  it("makes a repetition the same request, also at the same moment", async () => {
    await start({ emulator: { workMs: 300 } });
    const once = () =>
      ann.generate({ parameters: { num_images: 2 } }, { "Idempotency-Key": "order-1" });
    const [first, second] = await Promise.all([once(), once()]);
    const third = await once();
    expect([first!.status, second!.body, third.body]).toEqual([200, first!.body, first!.body]);
    expect(await bill()).toEqual({ ...SUCCESS, images: 2, micros: 6000 });
  });

  it("repeats a failure without asking again", async () => {
    await start();
    product.emulator.fail("submit", answer(422, detail("content_policy_violation")));
    const once = () => ann.generate({}, { "Idempotency-Key": "order-2" });
    const [first, second] = [await once(), await once()];
    expect([first.status, second.status]).toEqual([400, 400]);
    expect(second.body).toEqual(first.body);
    expect(await bill()).toEqual(NOTHING);
  });

  it("refuses another request, and is each user's own", async () => {
    await start();
    const key = { "Idempotency-Key": "order-3" };
    await ann.generate({}, key);
    expect(await ann.generate({ prompt: "a hare" }, key)).toMatchObject({
      status: 409,
      body: { error: "conflict" },
    });
    const bob = await (await product.signUp()).unlock();
    expect((await bob.generate({ prompt: "a hare" }, key)).status).toBe(200);
    expect(await ann.generate({}, { "Idempotency-Key": "k".repeat(256) })).toMatchObject({
      status: 400,
    });
  });
});

describe("the account of a key", () => {
  it("that is unknown to the vendor does not log anybody out", async () => {
    await start({ emulator: { keys: { other: "ok" } } });
    const { status, body } = await ann.generate();
    expect({ status, ...body }).toMatchObject({
      status: 502,
      error: "external_error",
      message: "The provider rejected the stored key.",
      data: { provider: { code: "provider_auth" } },
    });
    expect(JSON.stringify(body)).not.toContain(KEY);
  });
});
