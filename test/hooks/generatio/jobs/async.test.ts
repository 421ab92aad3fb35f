import { afterEach, describe, expect, it } from "vitest";
import type { FalEmulatorOptions } from "../../../../hooks/generatio/testing/index.ts";
import { type Answer, type Member, type ProductServer, startProduct } from "../product-server.ts";

// Jobs that nobody waits for: begun, watched, taken back, tried again, finished late.

let product: ProductServer;
let ann: Member;

afterEach(() => product.close());

async function start(
  options: { emulator?: FalEmulatorOptions; env?: Record<string, string> } = {},
): Promise<void> {
  product = await startProduct(options);
  ann = await (await product.signUp()).unlock();
}

const begin = async (who: Member, more: Record<string, unknown> = {}): Promise<string> =>
  String((await who.generate({ async: true, ...more })).body["job_id"]);

const show = async (jobId: string) => (await ann.get(`jobs/${jobId}`)).body;

const untilStatus = (jobId: string, status: string) =>
  expect
    .poll(async () => (await show(jobId))["status"], { timeout: 10_000, interval: 50 })
    .toBe(status);

const submits = () => product.emulator.journal.filter(({ route }) => route === "submit").length;

const micros = async () =>
  (await product.app.findRecordsByFilter("usage_ledger", "")).reduce(
    (sum, row) => sum + row.getNumber("cost_micros"),
    0,
  );

function errorOf({ status, body }: Answer) {
  return [status, body["error"]];
}

describe("an asynchronous request", () => {
  it.for([
    ["with async in the body", { async: true }, {}],
    ["with Prefer", {}, { Prefer: "wait=5, Respond-Async" }],
  ] as const)("%s is answered 202 with its job", async ([, body, headers]) => {
    await start({ emulator: { workMs: 200 } });
    const answer = await ann.generate(body, headers);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      job_id: expect.stringMatching(/^[a-z0-9]{15}$/),
      batch_id: "",
      status: "queued",
      queue_position: 0,
      eta_ms: 3000,
      images: [],
      error: null,
    });
    const jobId = String(answer.body["job_id"]);
    await untilStatus(jobId, "succeeded");
    const job = await show(jobId);
    const [image] = job["images"] as { id: string; url: string }[];
    expect(job).toMatchObject({ cost: 0.003, eta_ms: 0, model: "flux/schnell", prompt: "a fox" });
    expect((await fetch(`${product.url}${image!.url}`)).status).toBe(200);
  });

  it("is the same request when its Idempotency-Key comes again", async () => {
    await start();
    const again = () => ann.generate({ async: true }, { "Idempotency-Key": "k" });
    const ids = (await Promise.all([again(), again(), again()])).map(({ body }) => body["job_id"]);
    expect(new Set(ids).size).toBe(1);
    await untilStatus(String(ids[0]), "succeeded");
    expect(submits()).toBe(1);
  });

  it("is another one when its Idempotency-Key comes again after a day", async () => {
    await start();
    const again = async () =>
      String((await ann.generate({ async: true }, { "Idempotency-Key": "k" })).body["job_id"]);
    const first = await again();
    const age = async (hours: number) => {
      const job = await product.app.findRecordById("jobs", first);
      const created = new Date(Date.now() - hours * 3_600_000).toISOString().replace("T", " ");
      job.setRaw("created", created);
      await product.app.save(job);
    };
    await untilStatus(first, "succeeded");
    await age(23.9);
    expect(await again()).toBe(first);
    await age(24.1);
    const second = await again();
    expect(second).not.toBe(first);
    await untilStatus(second, "succeeded");
    expect([await again(), submits()]).toEqual([second, 2]);
  });

  it("that cannot be is refused at once", async () => {
    await start();
    expect(errorOf(await ann.generate({ async: true, model: "x" }))).toEqual([
      400,
      "validation_error",
    ]);
    expect(errorOf(await ann.generate({ async: "yes" }))).toEqual([400, "validation_error"]);
    expect(await product.app.countRecords("jobs")).toBe(0);
  });
});

describe("a synchronous request", () => {
  it("waits no longer than it may, and its job goes on", async () => {
    await start({ emulator: { workMs: 1000 }, env: { GENERATIO_SYNC_WAIT: "300ms" } });
    const answer = await ann.generate();
    expect(errorOf(answer)).toEqual([504, "external_error"]);
    await untilStatus(String(answer.body["job_id"]), "succeeded");
    expect(submits()).toBe(1);
  });
});

describe("the list of jobs", () => {
  it("holds one's own, the newest first, filtered and in pages", async () => {
    await start();
    const ids: string[] = [];
    for (const prompt of ["one", "two", "three [[emu:fail]]"]) {
      ids.push(await begin(ann, { prompt }));
      await expect.poll(async () => (await show(ids.at(-1)!))["finished"]).not.toBe("");
    }
    const bob = await (await product.signUp()).unlock();
    const idsOf = async (who: Member, query = "") =>
      ((await who.get(`jobs${query}`)).body["items"] as { job_id: string }[]).map(
        ({ job_id }) => job_id,
      );
    expect(await idsOf(ann)).toEqual(ids.toReversed());
    expect(await idsOf(bob)).toEqual([]);
    expect(await idsOf(ann, "?state=succeeded")).toEqual([ids[1], ids[0]]);
    expect(await idsOf(ann, "?state=failed,canceled")).toEqual([ids[2]]);
    expect(await idsOf(ann, "?perPage=2&page=2")).toEqual([ids[0]]);
    expect(await idsOf(ann, `?since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    expect((await ann.get("jobs?perPage=2")).body).toMatchObject({ totalItems: 3, totalPages: 2 });
    expect((await bob.get(`jobs/${ids[0]}`)).status).toBe(404);
    expect((await show(ids[2]!))["error"]).toMatchObject({ error: "external_error", status: 502 });
  });

  it.for(["state=lost", "page=0", "page=x", "perPage=201", "since=soon"])(
    "refuses %s",
    async (query) => {
      await start();
      const answer = await ann.get(`jobs?${query}`);
      expect(errorOf(answer)).toEqual([400, "validation_error"]);
      expect(Object.keys(answer.body["data"] as object)[0]).toContain(query.split("=")[0]);
    },
  );
});

describe("the events of a job", () => {
  it("tell its states until it is over", async () => {
    await start({ emulator: { queueMs: 300, workMs: 1500 } });
    const jobId = await begin(ann);
    const response = await fetch(`${product.url}/api/custom/jobs/${jobId}/events`, {
      headers: { Authorization: ann.client.authStore.token },
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const text = await response.text();
    const states = [...text.matchAll(/^event: job\ndata: (.+)$/gm)].map(
      (match) => (JSON.parse(match[1]!) as { status: string }).status,
    );
    expect(states[0]).toBe("queued");
    expect(states).toContain("running");
    expect(states.at(-1)).toBe("succeeded");
  });

  it("are nobody else's", async () => {
    await start();
    const bob = await product.signUp();
    const jobId = await begin(ann);
    expect((await bob.get(`jobs/${jobId}/events`)).status).toBe(404);
  });
});

describe("turns", () => {
  it("are limited for a user and shared between users", async () => {
    await start({
      emulator: { workMs: 600, concurrency: 10 },
      env: { GENERATIO_WORKERS: "2", GENERATIO_WORKERS_PER_USER: "1" },
    });
    const bob = await (await product.signUp()).unlock();
    const first = await begin(ann, { prompt: "ann 1" });
    const second = await begin(ann, { prompt: "ann 2" });
    const urgent = await begin(ann, { prompt: "ann 3", priority: 5 });
    await begin(bob, { prompt: "bob 1" });
    expect((await show(second))["queue_position"]).toBe(1);
    await expect.poll(submits).toBe(2);
    for (const jobId of [first, urgent, second]) await untilStatus(jobId, "succeeded");
    const prompts = product.emulator.journal
      .filter(({ route }) => route === "submit")
      .map(({ body }) => (body as { prompt: string }).prompt);
    expect(prompts).toEqual(["ann 1", "bob 1", "ann 3", "ann 2"]);
  });
});

describe("cancelling", () => {
  it("takes a waiting job out: nothing is sent", async () => {
    await start({ emulator: { workMs: 500 }, env: { GENERATIO_WORKERS: "1" } });
    await begin(ann);
    const waiting = await begin(ann);
    const answer = await ann.post(`jobs/${waiting}/cancel`, {});
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: "canceled", estimate: 0, cost: 0 });
    expect(errorOf(await ann.post(`jobs/${waiting}/cancel`, {}))).toEqual([409, "conflict"]);
    await product.jobsAreOver();
    expect(submits()).toBe(1);
  });

  it("takes a job out of the provider's queue: nothing is paid", async () => {
    await start({ emulator: { queueMs: 60_000 } });
    const jobId = await begin(ann);
    await expect.poll(submits).toBe(1);
    expect((await ann.post(`jobs/${jobId}/cancel`, {})).body["status"]).toBe("canceled");
    product.emulator.tick(120_000);
    expect([product.emulator.charges().length, await micros()]).toEqual([0, 0]);
  });

  it("stops a job that is being worked on", async () => {
    await start({ emulator: { workMs: 60_000 } });
    const jobId = await begin(ann);
    await untilStatus(jobId, "running");
    await ann.post(`jobs/${jobId}/cancel`, {});
    await untilStatus(jobId, "canceled");
    expect((await show(jobId))["error"]).toMatchObject({ error: "conflict" });
  });

  it("comes too late for a job that was just done: it is kept and paid", async () => {
    await start({ emulator: { workMs: 60_000 } });
    const jobId = await begin(ann);
    await untilStatus(jobId, "running");
    product.emulator.tick(120_000);
    await ann.post(`jobs/${jobId}/cancel`, {});
    await untilStatus(jobId, "succeeded");
    expect(await micros()).toBe(3000);
  });

  it("survives that the provider cannot be told", async () => {
    await start({ emulator: { queueMs: 60_000 } });
    product.emulator.fail("cancel", { kind: "drop" });
    const jobId = await begin(ann);
    await expect.poll(submits).toBe(1);
    await ann.post(`jobs/${jobId}/cancel`, {});
    await untilStatus(jobId, "canceled");
  });

  it("of many tells each one's fate", async () => {
    await start({ emulator: { workMs: 60_000 }, env: { GENERATIO_WORKERS: "1" } });
    const [first, second, third] = [await begin(ann), await begin(ann), await begin(ann)];
    const answer = await ann.post("jobs/cancel", { ids: [second, "nosuchjob"] });
    expect(answer.body).toEqual({
      canceled: [second],
      failed: [{ id: "nosuchjob", error: "not_found", message: "There is no such job." }],
    });
    await untilStatus(first!, "running");
    expect((await ann.post("jobs/cancel", { all_queued: true })).body["canceled"]).toEqual([third]);
  });

  it("is for one's own jobs only", async () => {
    await start({ emulator: { queueMs: 60_000 } });
    const jobId = await begin(ann);
    const bob = await product.signUp();
    expect((await bob.post(`jobs/${jobId}/cancel`, {})).status).toBe(404);
    expect((await bob.post("jobs/cancel", { ids: [jobId] })).body["canceled"]).toEqual([]);
  });
});

describe("trying again", () => {
  it("makes a new job of a failed one", async () => {
    await start();
    product.emulator.fail("submit", { kind: "answer", status: 500, body: { detail: "no" } });
    const failed = await begin(ann, { parameters: { seed: 7, num_images: 2 } });
    await untilStatus(failed, "failed");
    const answer = await ann.post(`jobs/${failed}/retry`, {});
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      retried_from: failed,
      prompt: "a fox",
      parameters: { seed: 7, num_images: 2 },
    });
    await untilStatus(String(answer.body["job_id"]), "succeeded");
    expect(await micros()).toBe(6000);
  });

  it("is refused for what is under way, succeeded, unknown or another's", async () => {
    await start({ emulator: { workMs: 300 } });
    const jobId = await begin(ann);
    expect(errorOf(await ann.post(`jobs/${jobId}/retry`, {}))).toEqual([409, "conflict"]);
    await untilStatus(jobId, "succeeded");
    expect(errorOf(await ann.post(`jobs/${jobId}/retry`, {}))).toEqual([409, "conflict"]);
    const bob = await (await product.signUp()).unlock();
    expect(errorOf(await bob.post(`jobs/${jobId}/retry`, {}))).toEqual([404, "not_found"]);
    expect(submits()).toBe(1);
  });
});

describe("a result that comes late", () => {
  const LATE = { GENERATIO_FAL_TIMEOUT: "600ms", GENERATIO_CLEANUP_INTERVAL: "100ms" };

  async function expireOne(): Promise<string> {
    // The vendor does not hear of the end, so that it goes on.
    product.emulator.fail("cancel", { kind: "answer", status: 202, body: { status: "x" } });
    const jobId = await begin(ann);
    await untilStatus(jobId, "expired");
    return jobId;
  }

  it("is adopted once, with its picture and its cost", async () => {
    await start({ emulator: { workMs: 60_000 }, env: LATE });
    const jobId = await expireOne();
    expect((await show(jobId))["estimate"]).toBe(0.003);
    product.emulator.tick(120_000);
    await untilStatus(jobId, "succeeded");
    const job = await show(jobId);
    expect(job).toMatchObject({ cost: 0.003, estimate: 0, error: null });
    expect(job["images"]).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect([submits(), await product.app.countRecords("images"), await micros()]).toEqual([
      1, 1, 3000,
    ]);
  });

  it("that is a failure gives back what was held", async () => {
    await start({ emulator: { workMs: 60_000 }, env: LATE });
    product.emulator.fail("cancel", { kind: "answer", status: 202, body: { status: "x" } });
    const jobId = await begin(ann, { prompt: "a fox [[emu:fail]]" });
    await untilStatus(jobId, "expired");
    product.emulator.tick(120_000);
    await expect.poll(async () => (await show(jobId))["estimate"], { timeout: 5000 }).toBe(0);
    expect([(await show(jobId))["status"], await micros()]).toEqual(["expired", 0]);
  });

  it("waits for no other one, when the provider is slow", async () => {
    const jobs = 12;
    await start({
      emulator: { workMs: 60_000, concurrency: jobs },
      env: { ...LATE, GENERATIO_WORKERS: "12", GENERATIO_WORKERS_PER_USER: "12" },
    });
    for (let job = 0; job < jobs; job++) {
      product.emulator.fail("cancel", { kind: "answer", status: 202, body: { status: "x" } });
      await begin(ann, { prompt: `a fox ${job}` });
    }
    const held = (state: string) =>
      product.app.countRecords("jobs", `state = "${state}" && hold > 0`);
    await expect.poll(() => held("expired"), { timeout: 5000 }).toBe(jobs);
    product.emulator.setWeather((route) =>
      route === "status" ? { kind: "delay", milliseconds: 1000 } : undefined,
    );
    product.emulator.tick(120_000);
    const succeeded = () => product.app.countRecords("jobs", 'state = "succeeded"');
    await expect.poll(succeeded, { timeout: 6000 }).toBe(jobs);
  });

  it("is not waited for when the provider has stopped", async () => {
    await start({ emulator: { queueMs: 60_000 }, env: LATE });
    const jobId = await begin(ann);
    await untilStatus(jobId, "expired");
    expect((await show(jobId))["estimate"]).toBe(0);
  });
});
