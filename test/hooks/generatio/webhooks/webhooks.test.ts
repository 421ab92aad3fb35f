import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type Answer, type Member, type ProductServer, startProduct } from "../product-server.ts";
import { type ReceivedCall, type Receiver, startReceiver } from "./receiver.ts";

// What users are told at addresses of their own.

let receiver: Receiver;
let product: ProductServer;
let ann: Member;

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await product.close();
  await receiver.close();
});

async function start(env: Record<string, string> = {}, dataDir?: string): Promise<void> {
  product = await startProduct({
    env: {
      GENERATIO_WEBHOOK_ORIGINS: receiver.url,
      GENERATIO_WEBHOOK_RETRIES: "50ms,100ms",
      ...env,
    },
    ...(dataDir === undefined ? {} : { dataDir }),
  });
  ann = await (await product.signUp()).unlock();
}

const add = (body: Record<string, unknown> = {}, who = ann) =>
  who.post("webhooks", { url: `${receiver.url}/hook`, ...body });
const errorOf = ({ status, body }: Answer) => [status, body["error"]];
const told = (call: ReceivedCall) =>
  JSON.parse(call.body) as { type: string; timestamp: string; data: Record<string, unknown> };
const types = () => receiver.calls.map((call) => told(call).type);
const deliveriesOf = async (id: unknown, query = "") =>
  (await ann.get(`webhooks/${String(id)}/deliveries${query}`)).body["items"] as Record<
    string,
    unknown
  >[];

/** As receivers check it: another implementation of the scheme. */
const isSigned = (call: ReceivedCall, secret: string): Promise<boolean> =>
  new OpenAI({ apiKey: "unused" }).webhooks
    .verifySignature(call.body, new Headers(call.headers as Record<string, string>), secret)
    .then(
      () => true,
      () => false,
    );

describe("an endpoint", () => {
  it("is told of a job from its beginning to its end, signed", async () => {
    await start();
    const { status, body } = await add({ description: "my bot" });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{15}$/),
      url: `${receiver.url}/hook`,
      events: [],
      description: "my bot",
      active: true,
      disabled_reason: "",
      created: expect.any(String),
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
    const made = (await ann.generate()).body;
    await expect.poll(types).toEqual(["job.created", "job.succeeded"]);
    const [, ended] = receiver.calls;
    expect(told(ended!)).toEqual({
      type: "job.succeeded",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/),
      data: expect.objectContaining({
        job_id: made["job_id"],
        status: "succeeded",
        cost: 0.003,
        prompt: "a fox",
        images: [expect.objectContaining({ url: expect.stringMatching(/^\/api\/files\//) })],
      }),
    });
    const secret = String(body["secret"]);
    expect(await isSigned(ended!, secret)).toBe(true);
    expect(await isSigned({ ...ended!, body: `${ended!.body} ` }, secret)).toBe(false);
    expect(ended!.headers["content-type"]).toBe("application/json");
  });

  it("hears only of what it wants to", async () => {
    await start();
    await add({ events: ["job.failed"] });
    await ann.generate();
    await ann.generate({ prompt: "[[emu:fail]]" });
    await expect.poll(types).toEqual(["job.failed"]);
    expect(told(receiver.calls[0]!).data).toMatchObject({ error: { error: "external_error" } });
  });

  it("hears of its owner's affairs only", async () => {
    await start();
    await add();
    const bob = await (await product.signUp()).unlock();
    await bob.generate();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(receiver.calls).toEqual([]);
  });

  it("hears of credits", async () => {
    await start();
    await add({ events: ["credits.changed"] });
    const headers = { Authorization: await product.superuserToken() };
    const body = { amount: 7, reason: "a gift" };
    await product.call("POST", `admin/users/${ann.id}/credits`, { headers, body });
    await expect.poll(types).toEqual(["credits.changed"]);
    expect(told(receiver.calls[0]!).data).toEqual({ balance: 7, held: 0 });
  });

  it("can be changed, switched off and taken away", async () => {
    await start();
    const id = String((await add()).body["id"]);
    expect((await ann.get("webhooks")).body["items"]).toHaveLength(1);
    const changed = await ann.call("PATCH", `webhooks/${id}`, { active: false, description: "x" });
    expect(changed.body).toMatchObject({ id, active: false, description: "x" });
    expect(changed.body["secret"]).toBeUndefined();
    await ann.generate();
    expect(await deliveriesOf(id)).toEqual([]);
    expect((await ann.call("DELETE", `webhooks/${id}`)).body).toEqual({ success: true });
    expect(errorOf(await ann.get(`webhooks/${id}`))).toEqual([404, "not_found"]);
  });

  it("gets a new secret, and then proves nothing with the one before", async () => {
    await start();
    const { id, secret: before } = (await add()).body as { id: string; secret: string };
    const { secret } = (await ann.post(`webhooks/${id}/secret`, {})).body as { secret: string };
    await ann.post(`webhooks/${id}/test`, {});
    await expect.poll(types).toEqual(["ping"]);
    const [call] = receiver.calls;
    expect([await isSigned(call!, before), await isSigned(call!, secret)]).toEqual([false, true]);
  });

  it("is nobody else's", async () => {
    await start();
    const id = String((await add()).body["id"]);
    const bob = await product.signUp();
    for (const [method, path] of [
      ["GET", `webhooks/${id}`],
      ["PATCH", `webhooks/${id}`],
      ["DELETE", `webhooks/${id}`],
      ["POST", `webhooks/${id}/test`],
      ["POST", `webhooks/${id}/secret`],
      ["GET", `webhooks/${id}/deliveries`],
    ] as const) {
      expect(errorOf(await bob.call(method, path, method === "GET" ? undefined : {}))).toEqual([
        404,
        "not_found",
      ]);
    }
    expect((await bob.get("webhooks")).body["items"]).toEqual([]);
    const [row] = await ann.client.collection("webhooks").getFullList();
    expect(Object.keys(row!)).not.toContain("secret");
    await expect(ann.client.collection("webhooks").delete(id)).rejects.toMatchObject({
      status: 403,
    });
  });

  it.for([
    ["ftp://example.com", "not https"],
    ["http://example.com", "not https"],
    ["https://user:pass@example.com", "credentials"],
    ["https://127.0.0.1/x", "not public"],
    ["https://10.1.2.3:8443/x", "not public"],
    ["https://[::1]/x", "not public"],
    ["https://[::ffff:10.0.0.1]/x", "not public"],
    ["https://2130706433/x", "not public"],
    ["nowhere", "not a URL"],
  ])("at %s is refused: %s", async ([url, reason]) => {
    await start();
    const answer = await add({ url });
    expect(errorOf(answer)).toEqual([400, "validation_error"]);
    expect(answer.body["data"]).toEqual({
      url: { code: "validation_invalid_url", message: expect.stringContaining(reason!) },
    });
  });

  it("is one of ten at most, with events that there are", async () => {
    await start();
    expect(errorOf(await add({ events: ["job.lost"] }))).toEqual([400, "validation_error"]);
    const statuses: number[] = [];
    for (let count = 0; count < 11; count++) statuses.push((await add()).status);
    expect(statuses).toEqual([...Array<number>(10).fill(200), 409]);
  });
});

describe("a call", () => {
  it("is made again until it is taken, with the same id", async () => {
    await start();
    const { id } = (await add({ events: ["job.succeeded"] })).body;
    receiver.answer(500, "redirect", 204);
    await ann.generate();
    await expect.poll(async () => (await deliveriesOf(id))[0]?.["state"]).toBe("delivered");
    expect(await deliveriesOf(id)).toEqual([
      expect.objectContaining({ event: "job.succeeded", attempts: 3, status: 204, error: "" }),
    ]);
    // A redirect is not followed.
    expect(receiver.calls.map(({ path }) => path)).toEqual(["/hook", "/hook", "/hook"]);
    expect(new Set(receiver.calls.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const [first, second, third] = receiver.calls.map(({ at }) => at);
    expect([second! - first! >= 40, third! - second! >= 85]).toEqual([true, true]);
  });

  it("is given up after the last attempt, listed, and made again on request", async () => {
    await start();
    const { id } = (await add({ events: ["job.succeeded"] })).body;
    receiver.answer(500, 503, 400);
    await ann.generate();
    await expect.poll(async () => (await deliveriesOf(id))[0]?.["state"]).toBe("dead");
    const [dead] = await deliveriesOf(id, "?state=dead");
    expect(dead).toMatchObject({ attempts: 3, status: 400, error: "the answer was 400" });
    expect(JSON.stringify(dead)).not.toContain("secret-of-the-receiver");
    const path = `webhooks/${String(id)}/deliveries/${String(dead!["id"])}/redeliver`;
    const again = await ann.post(path, {});
    expect(again).toMatchObject({
      status: 202,
      body: { redelivery_of: dead!["id"], event_id: dead!["event_id"], state: "pending" },
    });
    await expect.poll(async () => (await deliveriesOf(id, "?state=delivered")).length).toBe(1);
    expect(receiver.calls).toHaveLength(4);
    expect(new Set(receiver.calls.map(({ body }) => body)).size).toBe(1);
  });

  it("to an endpoint that is gone, or never answers, switches it off", async () => {
    await start({ GENERATIO_WEBHOOK_RETRIES: "1ms" });
    const { id: gone } = (await add({ events: ["job.created"] })).body;
    receiver.answer(410);
    await ann.generate();
    await expect
      .poll(async () => (await ann.get(`webhooks/${String(gone)}`)).body)
      .toMatchObject({ active: false, disabled_reason: expect.stringContaining("410") });
    const { id } = (await add()).body;
    receiver.answer(...Array<number>(20).fill(500));
    for (let count = 0; count < 10; count++) await ann.post(`webhooks/${String(id)}/test`, {});
    await expect
      .poll(async () => (await ann.get(`webhooks/${String(id)}`)).body, { timeout: 5000 })
      .toMatchObject({ active: false, disabled_reason: expect.stringContaining("10 calls") });
    await ann.call("PATCH", `webhooks/${String(id)}`, { active: true });
    await ann.post(`webhooks/${String(id)}/test`, {});
    await expect.poll(async () => (await deliveriesOf(id, "?state=delivered")).length).toBe(1);
  });

  it("that hangs keeps no other endpoint waiting", async () => {
    await start();
    const other = await startReceiver();
    await product.close();
    await start({ GENERATIO_WEBHOOK_ORIGINS: `${receiver.url},${other.url}` });
    await add({ events: ["job.created"] });
    await add({ events: ["job.created"], url: other.url });
    receiver.answer("hang");
    await ann.generate();
    await ann.generate();
    await expect.poll(() => other.calls.length).toBe(2);
    expect(receiver.calls).toHaveLength(1);
    await other.close();
  });

  it("to a name that leads inside is not made", async () => {
    await start({ GENERATIO_WEBHOOK_RETRIES: "1ms" });
    const { id } = (await add({ url: "https://localhost/hook" })).body;
    await ann.post(`webhooks/${String(id)}/test`, {});
    await expect
      .poll(async () => (await deliveriesOf(id))[0])
      .toMatchObject({ state: "dead", status: 0, error: "the address is not public" });
  });

  it("that was owed when the server stopped is made after its start", async () => {
    const dataDir = newDataDir();
    await start({ GENERATIO_WEBHOOK_RETRIES: "10m" }, dataDir);
    const { id } = (await add({ events: ["job.succeeded"] })).body;
    receiver.answer(500);
    await ann.generate();
    await expect.poll(async () => (await deliveriesOf(id))[0]?.["attempts"]).toBe(1);
    const [owed] = await product.app.findRecordsByFilter("webhook_deliveries", "");
    owed!.set("next_attempt_at", new Date(Date.now() + 300).toISOString());
    await product.app.save(owed!);
    await product.close();
    product = await startProduct({
      env: { GENERATIO_WEBHOOK_ORIGINS: receiver.url },
      dataDir,
    });
    await expect.poll(() => receiver.calls.length).toBe(2);
  });

  it("whose secret cannot be opened any more is not made unsigned", async () => {
    const dataDir = newDataDir();
    await start({}, dataDir);
    const { id } = (await add()).body;
    await product.close();
    const env = {
      GENERATIO_SECRET_KEY: "another-key-of-at-least-32-characters",
      GENERATIO_WEBHOOK_ORIGINS: receiver.url,
    };
    product = await startProduct({ env, dataDir });
    const headers = { Authorization: ann.client.authStore.token };
    await product.call("POST", `webhooks/${String(id)}/test`, { headers, body: {} });
    const list = async () =>
      (await product.call("GET", `webhooks/${String(id)}/deliveries`, { headers })).body["items"];
    await expect
      .poll(list)
      .toEqual([
        expect.objectContaining({ state: "dead", error: expect.stringContaining("a new one") }),
      ]);
    expect(receiver.calls).toEqual([]);
  });
});

function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), "generatio-webhooks-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "pb_data");
}
