import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import {
  type FalEmulatorOptions,
  type ReplicateEmulator,
  startFalEmulator,
  startReplicateEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import {
  freePort,
  KEY,
  KEY_PASSWORD,
  type Member,
  type ProductServer,
  startProduct,
} from "../product-server.ts";

// Vendors that call back. Polling would find the same, only later.

let product: ProductServer;
let replicate: ReplicateEmulator | undefined;
let ann: Member;

afterEach(async () => {
  await product.close();
  await replicate?.close();
  replicate = undefined;
});

async function start(
  options: { emulator?: FalEmulatorOptions; env?: Record<string, string>; silent?: boolean } = {},
): Promise<void> {
  replicate = await startReplicateEmulator({ callbackRetriesMs: [100, 200, 400] });
  product = await startProduct({
    calledBack: !options.silent,
    emulator: { callbackRetriesMs: [100, 200, 400, 800, 1600], ...options.emulator },
    env: {
      GENERATIO_REPLICATE_URL: replicate.url,
      REPLICATE_API_TOKEN: "r8_emulated",
      GENERATIO_CLEANUP_INTERVAL: "150ms",
      ...options.env,
    },
  });
  ann = await (await product.signUp()).unlock();
}

const begin = async (body: Record<string, unknown> = {}): Promise<string> =>
  String((await ann.generate({ async: true, ...body })).body["job_id"]);
const show = async (jobId: string) => (await ann.get(`jobs/${jobId}`)).body;
const untilStatus = (jobId: string, status: string) =>
  expect
    .poll(async () => (await show(jobId))["status"], { timeout: 10_000, interval: 50 })
    .toBe(status);
const stateOf = async (jobId: string) =>
  (await product.app.findRecordById("jobs", jobId)).getString("state");
const looksAt = (route: string) =>
  product.emulator.journal.filter((entry) => entry.route === route).length;
const pictures = () => product.app.countRecords("images");
const falAnswers = () => product.emulator.callbackAnswers().map(({ status }) => status);
const FAST_REPLICATE = { model: "flux-schnell" };

describe("a callback", () => {
  it("ends the wait for a picture: the vendor is hardly asked", async () => {
    await start({ emulator: { workMs: 2500 } });
    const jobId = await begin();
    await untilStatus(jobId, "succeeded");
    // After one second, and when it was called; alone it looks eight times in this time.
    expect(looksAt("status")).toBeLessThan(5);
    expect(falAnswers()).toEqual([200]);
  });

  it("that never comes is missed by nobody", async () => {
    await start();
    const jobId = await begin({ prompt: "a fox [[emu:callbacks=0]]" });
    await untilStatus(jobId, "succeeded");
    expect(falAnswers()).toEqual([]);
  });

  it.for([
    ["FAL", { prompt: "a fox [[emu:lose]] [[emu:callbacks=3]]" }],
    ["Replicate", { ...FAST_REPLICATE, prompt: "a fox [[emu:lose]] [[emu:callbacks=3]]" }],
  ] as const)("of %s brings back a request whose answer was lost, once", async ([, body]) => {
    await start();
    const jobId = await begin(body);
    await untilStatus(jobId, "succeeded");
    const answers = () => [...falAnswers(), ...replicate!.callbackAnswers().map((a) => a.status)];
    await expect.poll(answers).toEqual([200, 200, 200]);
    const taken = product.emulator.accepted().length + replicate!.bill().length;
    expect([await pictures(), taken]).toEqual([1, 1]);
    expect(await show(jobId)).toMatchObject({ cost: 0.003, error: null });
  });

  it("that comes after the money was given back changes nothing", async () => {
    await start({ env: { GENERATIO_HOLD_LIMIT: "300ms" } });
    const jobId = await begin({ prompt: "a fox [[emu:lose]] [[emu:latecallback=1500]]" });
    await untilStatus(jobId, "expired");
    await expect.poll(falAnswers, { timeout: 5000 }).toEqual([200]);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await show(jobId)).toMatchObject({ status: "expired", cost: 0, estimate: 0 });
    expect(await pictures()).toBe(0);
  });
});

describe("an address for callbacks", () => {
  /** Where the vendor was told to call for the only job. */
  async function addressOf(jobId: string): Promise<string> {
    const url = new URL(product.emulator.lastWebhook());
    expect(url.pathname).toBe(`/api/custom/callbacks/${jobId}`);
    return url.href;
  }

  async function call(url: string, body: string, headers: Record<string, string>) {
    const answer = await fetch(url, { method: "POST", body, headers });
    const { error } = (await answer.json()) as { error?: string };
    return [answer.status, error];
  }

  async function beginSlow(): Promise<{ url: string; requestId: string; jobId: string }> {
    await start({ emulator: { workMs: 60_000 } });
    const jobId = await begin();
    await expect.poll(() => product.emulator.accepted().length).toBe(1);
    const [request] = product.emulator.accepted();
    return { url: await addressOf(jobId), requestId: request!.id, jobId };
  }

  it("takes what the vendor has signed", async () => {
    const { url, requestId } = await beginSlow();
    const { signer } = product.emulator;
    const body = JSON.stringify({ request_id: requestId, status: "OK", payload: {} });
    const { headers } = signer.sign(body, requestId, Date.now());
    expect(await call(url, body, headers)).toEqual([200, undefined]);
    expect(await call(url, body, headers)).toEqual([200, undefined]);
    // What it says is not believed: the vendor was asked, and works on.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await pictures()).toBe(0);
  });

  it("does not make us read the vendor's keys for every forgery", async () => {
    const { url, requestId } = await beginSlow();
    const { signer } = product.emulator;
    const body = JSON.stringify({ request_id: requestId });
    expect(await call(url, body, signer.sign(body, requestId, Date.now()).headers)).toEqual([
      200,
      undefined,
    ]);
    signer.rotate();
    const { headers } = signer.sign(body, requestId, Date.now());
    expect(await call(url, body, headers)).toEqual([401, "authentication_error"]);
    const reads = product.emulator.journal.filter(({ path }) => path.endsWith("/jwks.json"));
    expect(reads).toHaveLength(1);
  });

  const MINUTES = 60_000;
  it.for([
    ["without a signature", () => ({})],
    ["signed too long ago", (sign) => sign(Date.now() - 6 * MINUTES)],
    ["signed in the future", (sign) => sign(Date.now() + 6 * MINUTES)],
    [
      "signed for another body",
      (sign) => ({ ...sign(Date.now()), "X-Fal-Webhook-Request-Id": "another" }),
    ],
    [
      "with a damaged signature",
      (sign) => ({ ...sign(Date.now()), "X-Fal-Webhook-Signature": "0".repeat(128) }),
    ],
    ["with half a signature", (sign) => ({ ...sign(Date.now()), "X-Fal-Webhook-Signature": "ab" })],
  ] as readonly (readonly [
    string,
    (sign: (at: number) => Record<string, string>) => Record<string, string>,
  ])[])("refuses a call %s", async ([, headersOf]) => {
    const { url, requestId } = await beginSlow();
    const body = JSON.stringify({ request_id: requestId });
    const sign = (at: number) => ({ ...product.emulator.signer.sign(body, requestId, at).headers });
    expect(await call(url, body, headersOf(sign))).toEqual([401, "authentication_error"]);
  });

  it("refuses what the vendor has signed about another request, or about none", async () => {
    const { url } = await beginSlow();
    for (const body of [JSON.stringify({ request_id: "another" }), "{}", "no JSON"]) {
      const { headers } = product.emulator.signer.sign(body, "another", Date.now());
      expect(await call(url, body, { ...headers })).toEqual([401, "authentication_error"]);
    }
  });

  it("is unknown with another proof, or for another job", async () => {
    const { url, jobId } = await beginSlow();
    const proof = new URL(url).searchParams.get("token")!;
    const other = proof.replace(/^./, (first) => (first === "A" ? "B" : "A"));
    expect(await call(url.replace(proof, other), "{}", {})).toEqual([404, "not_found"]);
    expect(await call(url.replace(jobId, "aaaaaaaaaaaaaaa"), "{}", {})).toEqual([404, "not_found"]);
    expect((await call(url.split("?")[0]!, "{}", {}))[0]).toBe(404);
  });

  it("does not exist where vendors cannot call, and nothing is kept for it", async () => {
    await start({ silent: true });
    const jobId = await begin();
    await untilStatus(jobId, "succeeded");
    const path = `callbacks/${jobId}?token=${"A".repeat(32)}`;
    const answer = await product.call("POST", path, { body: {} });
    expect(answer.status).toBe(404);
    expect(existsSync(join(product.dataDir, "../.generatio_key"))).toBe(false);
    expect(product.emulator.lastWebhook()).toBe("");
  });
});

describe("a job whose key is locked", () => {
  it("learns of its request all the same, and is finished with the next session", async () => {
    const folder = mkdtempSync(join(tmpdir(), "generatio-callbacks-"));
    const dataDir = join(folder, "pb_data");
    const port = await freePort();
    const fal = await startFalEmulator({
      keys: { [KEY]: "ok" },
      callbackRetriesMs: Array<number>(40).fill(200),
    });
    const env = { GENERATIO_FAL_URL: fal.url };
    product = await startProduct({ calledBack: port, dataDir, env });
    ann = await (await product.signUp()).unlock();
    fal.fail("submit", { kind: "hang" });
    const jobId = await begin({ prompt: "a fox [[emu:latecallback=600]]" });
    await expect.poll(() => fal.accepted().length).toBe(1);
    await product.close();
    product = await startProduct({ calledBack: port, dataDir, env });
    expect(await stateOf(jobId)).toBe("unknown");
    await expect.poll(() => stateOf(jobId), { timeout: 10_000 }).toBe("running");
    const headers = { Authorization: ann.client.authStore.token };
    const body = { password: KEY_PASSWORD };
    await product.call("POST", "auth/create-session", { headers, body });
    await expect.poll(() => stateOf(jobId), { timeout: 10_000 }).toBe("succeeded");
    expect([fal.accepted().length, await pictures()]).toEqual([1, 1]);
    await fal.close();
    rmSync(folder, { recursive: true });
  });
});

describe("a request whose answer was lost, at a vendor that lists what it was asked for", () => {
  it("is found in the list", async () => {
    await start({ silent: true });
    const [first, second] = [
      await begin({ ...FAST_REPLICATE, prompt: "two of a kind [[emu:lose]]" }),
      await begin({ ...FAST_REPLICATE, prompt: "two of a kind" }),
    ];
    await untilStatus(first, "succeeded");
    await untilStatus(second, "succeeded");
    const ids = (await product.app.findRecordsByFilter("jobs", "")).map((job) =>
      job.getString("provider_request_id"),
    );
    expect(new Set(ids)).toEqual(new Set(replicate!.bill().map(({ requestId }) => requestId)));
    expect([await pictures(), replicate!.charged()]).toEqual([2, 2]);
  });

  it("and that works on a picture is not taken for another one that does the same", async () => {
    await start({ silent: true });
    const bob = await product.signUp();
    const model = "recraft-crisp-upscale";
    const picture = async (background: string) => {
      const create = { width: 20, height: 10, channels: 3, background } as const;
      const bytes = await sharp({ create }).png().toBuffer();
      return `data:image/png;base64,${bytes.toString("base64")}`;
    };
    replicate!.fail("submit", { kind: "lose-answer" }, { kind: "lose-answer" });
    const jobs: string[] = [];
    for (const [who, colour] of [
      [ann, "red"],
      [bob, "blue"],
    ] as const) {
      const { body } = await who.post("generate/upscale", { model, image: await picture(colour) });
      jobs.push(String(body["job_id"]));
    }
    for (const id of jobs)
      await expect.poll(() => stateOf(id), { timeout: 10_000 }).toBe("unknown");
    // Several rounds of looking.
    const asked = () => replicate!.journal.filter(({ path }) => path === "/v1/predictions").length;
    await expect.poll(asked, { timeout: 10_000 }).toBeGreaterThan(3);
    expect(await Promise.all(jobs.map(stateOf))).toEqual(["unknown", "unknown"]);
    expect(await pictures()).toBe(0);
  });

  it("and that is not there was never taken: the money is given back", async () => {
    await start({ silent: true });
    const jobId = await begin({ ...FAST_REPLICATE, prompt: "a fox [[emu:drop]]" });
    await expect.poll(() => stateOf(jobId)).toBe("unknown");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await stateOf(jobId)).toBe("unknown");
    const job = await product.app.findRecordById("jobs", jobId);
    const earlier = new Date(Date.now() - 150_000).toISOString();
    job.set("submitted_at", earlier);
    await product.app.save(job);
    await untilStatus(jobId, "failed");
    expect(await show(jobId)).toMatchObject({
      cost: 0,
      estimate: 0,
      error: { error: "external_error", message: expect.stringContaining("nothing is paid") },
    });
  });
});
