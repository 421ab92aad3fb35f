import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import {
  type ReplicateEmulator,
  startReplicateEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import { type Answer, type Member, type ProductServer, startProduct } from "../product-server.ts";

// One's own line of waiting jobs: batches fill it, moves change it, and it has an end.

let product: ProductServer;
let replicate: ReplicateEmulator;
let ann: Member;

afterEach(async () => {
  await product.close();
  await replicate.close();
});

async function start(env: Record<string, string> = {}, dataDir?: string): Promise<void> {
  replicate = await startReplicateEmulator({ shrink: 16 });
  product = await startProduct({
    env: {
      GENERATIO_REPLICATE_URL: replicate.url,
      REPLICATE_API_TOKEN: "r8_emulated",
      GENERATIO_PLAN_LIMITS: "free=1000",
      GENERATIO_WORKERS: "1",
      ...env,
    },
    ...(dataDir === undefined ? {} : { dataDir }),
  });
}

const BUSY = "busy [[emu:slow=60000]]";
const order = (prompt: string, more: Record<string, unknown> = {}) =>
  ann.post("generate/image", { model: "flux-schnell", prompt, async: true, ...more });
const idOf = ({ body }: Answer) => String(body["job_id"]);
const errorOf = ({ status, body }: Answer) => [status, body["error"]];
const move = (id: string, body: Record<string, unknown>) => ann.post(`jobs/${id}/move`, body);
const sentPrompts = () => replicate.bill().map(({ prompt }) => prompt);

/** The one at work, and three that wait. */
async function fill(): Promise<string[]> {
  ann = await product.signUp();
  const [busy, ...waiting] = [BUSY, "one", "two", "three"];
  const ids = [idOf(await order(busy!))];
  await expect.poll(() => sentPrompts().length).toBe(1);
  for (const prompt of waiting) ids.push(idOf(await order(prompt)));
  return ids;
}

describe("a waiting job", () => {
  it("is moved to the front, to the back, or to a position", async () => {
    await start();
    const [busy, one, two, three] = await fill();
    expect((await move(three!, { to: "front" })).body).toMatchObject({ queue_position: 0 });
    expect((await move(one!, { to: "back" })).body).toMatchObject({ queue_position: 2 });
    expect((await move(one!, { position: 1 })).body).toMatchObject({ queue_position: 1 });
    expect((await ann.get(`jobs/${two!}`)).body).toMatchObject({ queue_position: 2 });
    await ann.post(`jobs/${busy!}/cancel`, {});
    await expect.poll(sentPrompts, { timeout: 10_000 }).toEqual([BUSY, "three", "one", "two"]);
  });

  it("keeps its place over a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "generatio-line-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const dataDir = join(folder, "pb_data");
    await start({}, dataDir);
    const [, , , three] = await fill();
    await move(three!, { to: "front" });
    await product.close();
    product = await startProduct({
      env: {
        GENERATIO_REPLICATE_URL: replicate.url,
        REPLICATE_API_TOKEN: "r8_emulated",
        GENERATIO_WORKERS: "2",
      },
      dataDir,
    });
    await expect.poll(sentPrompts, { timeout: 10_000 }).toEqual([BUSY, "three", "one", "two"]);
  });

  it("is the only kind that can be moved, and by nobody else", async () => {
    await start();
    const [busy, one] = await fill();
    expect(errorOf(await move(busy!, { to: "front" }))).toEqual([409, "conflict"]);
    for (const body of [{}, { to: "front", position: 1 }, { to: "top" }, { position: -1 }]) {
      expect(errorOf(await move(one!, body))).toEqual([400, "validation_error"]);
    }
    const bob = await product.signUp();
    expect(errorOf(await bob.post(`jobs/${one!}/move`, { to: "front" }))).toEqual([
      404,
      "not_found",
    ]);
  });
});

describe("the line", () => {
  it("of one user ends somewhere", async () => {
    await start({ GENERATIO_QUEUE_PER_USER: "4" });
    const [busy] = await fill();
    const refused = await order("five");
    expect(errorOf(refused)).toEqual([429, "rate_limit_error"]);
    expect(refused.headers.get("retry-after")).toBe("60");
    const bob = await product.signUp();
    const other = await bob.post("generate/image", {
      model: "flux-schnell",
      prompt: "bob",
      async: true,
    });
    expect(other.status).toBe(202);
    await ann.post(`jobs/${busy!}/cancel`, {});
    await expect.poll(async () => (await order("five")).status).toBe(202);
  });
});

describe("a batch", () => {
  const batch = (body: Record<string, unknown>, headers?: Record<string, string>) =>
    ann.post("generate/batch", body, headers);

  it("is answered 202 with its jobs and what they will cost", async () => {
    await start({ GENERATIO_WORKERS: "4" });
    ann = await product.signUp();
    const answer = await batch({
      items: [{ prompt: "one" }, { prompt: "two", parameters: { num_images: 2 } }, {}],
      shared: { model: "flux-schnell", prompt: "three", parameters: { aspect_ratio: "16:9" } },
      on_error: "continue",
    });
    expect(answer.status).toBe(202);
    const {
      batch_id: batchId,
      jobs,
      estimate,
    } = answer.body as {
      batch_id: string;
      jobs: { job_id: string; prompt: string; parameters: unknown }[];
      estimate: unknown;
    };
    expect(estimate).toEqual({ cost: 0.012, currency: "USD" });
    expect(jobs.map(({ prompt }) => prompt)).toEqual(["one", "two", "three"]);
    expect(jobs[1]!.parameters).toMatchObject({ num_images: 2, aspect_ratio: "16:9" });
    await product.jobsAreOver();
    const listed = (await ann.get(`jobs?batch=${batchId}&state=succeeded`)).body["items"];
    expect(listed).toHaveLength(3);
    expect(replicate.charged()).toBe(4);
  });

  it("makes several jobs of a wish for more pictures than the model makes at once", async () => {
    await start({ GENERATIO_WORKERS: "4" });
    ann = await product.signUp();
    const answer = await batch({
      items: [{ model: "flux-schnell", prompt: "many", parameters: { num_images: 9, seed: 5 } }],
    });
    const jobs = answer.body["jobs"] as { parameters: { num_images: number; seed: number } }[];
    expect(jobs.map(({ parameters }) => [parameters.num_images, parameters.seed])).toEqual([
      [4, 5],
      [4, 9],
      [1, 13],
    ]);
    await product.jobsAreOver();
    expect(replicate.charged()).toBe(9);
    const single = await order("many", { parameters: { num_images: 9 } });
    expect(errorOf(single)).toEqual([400, "validation_error"]);
  });

  it("is the same one when it comes again with the same key", async () => {
    await start();
    ann = await product.signUp();
    const body = {
      items: [{ prompt: "one" }, { prompt: "two" }],
      shared: { model: "flux-schnell" },
    };
    const key = { "Idempotency-Key": "batch-1" };
    const [first, second] = [await batch(body, key), await batch(body, key)];
    expect(second.body["batch_id"]).toBe(first.body["batch_id"]);
    expect(await product.app.countRecords("jobs")).toBe(2);
    expect(errorOf(await batch({ ...body, priority: 1 }, key))).toEqual([409, "conflict"]);
  });

  it("goes on when one of it fails", async () => {
    await start({ GENERATIO_WORKERS: "4" });
    ann = await product.signUp();
    await batch({
      items: [{ prompt: "bad [[emu:fail]]" }, { prompt: "good" }],
      shared: { model: "flux-schnell" },
    });
    await product.jobsAreOver();
    const states = (await product.app.findRecordsByFilter("jobs", "", { sort: "batch_index" })).map(
      (job) => job.getString("state"),
    );
    expect(states).toEqual(["failed", "succeeded"]);
  });

  it("is refused as a whole, naming the item", async () => {
    await start({ GENERATIO_PLAN_LIMITS: "free=2" });
    ann = await product.signUp();
    const shared = { model: "flux-schnell" };
    const fieldOf = async (body: Record<string, unknown>) =>
      Object.keys(((await batch(body)).body["data"] ?? {}) as object);
    expect(await fieldOf({ items: [{ prompt: "one" }, {}], shared })).toEqual(["items.1.prompt"]);
    expect(await fieldOf({ items: [{ prompt: "one" }] })).toEqual(["items.0.model"]);
    expect(
      await fieldOf({ items: [{ prompt: "x" }, { prompt: "y", parameters: { size: 1 } }], shared }),
    ).toEqual(["items.1.parameters.size"]);
    expect(await fieldOf({ items: [], shared })).toEqual(["items"]);
    expect(await fieldOf({ items: [{ prompt: " " }], shared })).toEqual(["items.0.prompt"]);
    expect(await fieldOf({ items: [{ prompt: "x" }], shared, on_error: "stop" })).toEqual([
      "on_error",
    ]);
    const tooMany = { items: [{ prompt: "1" }, { prompt: "2" }, { prompt: "3" }], shared };
    expect(errorOf(await batch(tooMany))).toEqual([402, "graphics_limit_reached"]);
    expect(await product.app.countRecords("jobs")).toBe(0);
  });
});
