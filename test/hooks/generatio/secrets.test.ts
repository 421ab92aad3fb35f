import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type OpenAiEmulator,
  type ReplicateEmulator,
  startOpenAiEmulator,
  startReplicateEmulator,
} from "../../../hooks/generatio/testing/index.ts";
import { type Answer, type Member, type ProductServer, startProduct } from "./product-server.ts";
import { findLeaks, type Place, readFolder } from "./secret-scan.ts";
import { type Receiver, startReceiver } from "./webhooks/receiver.ts";

// Values that stand nowhere else: wherever one is found, a secret has leaked.
const KEY = "canarykey-6d1f0b:c7e5a2~93f8d4+b1/?&=";
const PASSWORD = "canary password ünder 40 characters & more";
const REPLICATE_KEY = "r8_canary-of-ann-4b1d7e90c2";
const SERVER_KEY = "sk-canary-of-the-house-77e0a1b3";
const SERVER_SECRET = "canary-secret-of-the-server-itself-5f2c";

describe("the scanner", () => {
  const secrets = { key: KEY, password: PASSWORD };
  const forms: readonly (readonly [string, (text: string) => string])[] = [
    ["plain", (text) => text],
    ["JSON", (text) => JSON.stringify({ text })],
    ["base64", (text) => Buffer.from(text).toString("base64")],
    ["base64", (text) => Buffer.from(`x${text}`).toString("base64")],
    ["base64", (text) => Buffer.from(`Key ${text}\n`).toString("base64")],
    ["base64url", (text) => Buffer.from(`xy${text}`).toString("base64url")],
    ["hex", (text) => Buffer.from(text).toString("hex")],
    ["HEX", (text) => Buffer.from(text).toString("hex").toUpperCase()],
    ["URL", (text) => `https://host/?key=${encodeURIComponent(text)}`],
    ["form", (text) => new URLSearchParams({ key: text }).toString()],
    ["UTF-16", (text) => Buffer.from(text, "utf16le").toString("latin1")],
  ];

  it.each(forms)("finds a planted secret: %s", (form, write) => {
    for (const [name, value] of Object.entries(secrets)) {
      const bytes = Buffer.from(
        `before ${write(value)} after`,
        form === "UTF-16" ? "latin1" : "utf8",
      );
      expect(findLeaks(secrets, [{ name: "here", bytes }])).toContainEqual({
        secret: name,
        form,
        place: "here",
      });
    }
  });

  it("finds one in a file of a folder, and nothing where there is none", () => {
    const folder = mkdtempSync(join(tmpdir(), "secret-scan-"));
    writeFileSync(join(folder, "innocent"), "canarykey-6d1f0b and the rest elsewhere");
    expect(findLeaks(secrets, readFolder(folder))).toEqual([]);
    writeFileSync(join(folder, "guilty"), Buffer.concat([Buffer.alloc(5000), Buffer.from(KEY)]));
    expect(findLeaks(secrets, readFolder(folder))).toContainEqual({
      secret: "key",
      form: "plain",
      place: join(folder, "guilty"),
    });
    rmSync(folder, { recursive: true });
  });
});

describe("the product", () => {
  let product: ProductServer;
  let ann: Member;
  const secrets: Record<string, string> = {
    key: KEY,
    password: PASSWORD,
    "another provider's key": REPLICATE_KEY,
    "the server's key": SERVER_KEY,
    "the server's secret": SERVER_SECRET,
  };
  let replicate: ReplicateEmulator;
  let openAi: OpenAiEmulator;
  let receiver: Receiver;
  const logged: Place[] = [];
  const answers: Place[] = [];

  beforeAll(async () => {
    replicate = await startReplicateEmulator({ shrink: 16 });
    openAi = await startOpenAiEmulator({ shrink: 16 });
    receiver = await startReceiver();
    product = await startProduct({
      dataDir: join(mkdtempSync(join(tmpdir(), "generatio-secrets-")), "pb_data"),
      emulator: { keys: { [KEY]: "ok" } },
      calledBack: true,
      env: {
        GENERATIO_DEBUG_HTTP: "1",
        GENERATIO_REPLICATE_URL: replicate.url,
        GENERATIO_OPENAI_URL: openAi.url,
        OPENAI_API_KEY: SERVER_KEY,
        GENERATIO_SECRET_KEY: SERVER_SECRET,
        GENERATIO_WEBHOOK_ORIGINS: receiver.url,
        GENERATIO_WEBHOOK_RETRIES: "20ms",
      },
    });
    const { settings, logger } = product.app;
    product.app.settings = { ...settings, logs: { ...settings.logs, minLevel: -4 } };
    logger.addSink((level, message, data) => {
      logged.push({
        name: "log",
        bytes: Buffer.from(`${level} ${message} ${JSON.stringify(data, withErrors)}`),
      });
    });
    await useEverything();
  });
  afterAll(async () => {
    for (const server of [replicate, openAi, receiver]) await server.close();
    rmSync(join(product.dataDir, ".."), { recursive: true });
  });

  async function useEverything(): Promise<void> {
    ann = await product.signUp();
    const keep = async (pending: Promise<Answer>): Promise<Answer> => {
      const answer = await pending;
      const headers = JSON.stringify([...answer.headers]);
      answers.push({ name: "answer", bytes: Buffer.from(JSON.stringify(answer.body) + headers) });
      return answer;
    };
    await keep(ann.post("tokens/setup", { fal_token: KEY, password: PASSWORD }));
    await keep(
      ann.post("tokens/setup", { fal_token: KEY, password: PASSWORD, auto_session: true }),
    );
    await keep(ann.post("tokens/setup", { fal_token: `${KEY}\n${KEY}`, password: PASSWORD }));
    await keep(ann.post("tokens/setup", `{"fal_token": "${KEY}", "password": "${PASSWORD}"`));
    await keep(ann.post("tokens/verify", { password: PASSWORD }));
    await keep(ann.post("tokens/verify", { password: `${PASSWORD}!` }));
    await keep(ann.post("auth/create-session", { password: [PASSWORD] }));
    const { body } = await ann.post("auth/create-session", { password: PASSWORD });
    secrets["session"] = ann.sessionId = String(body["session_id"]);
    await keep(ann.generate());
    const quoted = {
      kind: "answer",
      status: 500,
      body: { detail: `Invalid header: Key ${KEY}` },
    } as const;
    product.emulator.fail("submit", quoted, { kind: "lose-answer" });
    await keep(ann.generate());
    await keep(ann.generate());
    product.emulator.fail("result", { ...quoted, headers: { "x-fal-retryable": "false" } });
    await keep(ann.generate());
    await keep(ann.generate({ prompt: "" }));
    await useOtherKeys(keep);
    await useWebhooks(keep);
    await keep(ann.get("auth/token-status"));
    await keep(ann.get("financial/stats"));
    await keep(product.call("GET", "status"));
    const names = ["generatio_users", "jobs", "images", "usage_ledger", "provider_tokens"];
    for (const name of [...names, "webhooks", "webhook_deliveries", "credits"]) {
      answers.push({
        name,
        bytes: Buffer.from(JSON.stringify(await ann.client.collection(name).getFullList())),
      });
    }
  }

  /** A key of another provider, the server's own, and what providers call back with. */
  async function useOtherKeys(keep: (pending: Promise<Answer>) => Promise<Answer>): Promise<void> {
    const other = { provider: "replicate", token: REPLICATE_KEY };
    await keep(ann.post("tokens/setup", { ...other, password: PASSWORD }));
    await keep(ann.post("tokens/setup", { ...other, password: [PASSWORD] }));
    await keep(ann.post("tokens/verify", { provider: "replicate", password: `${PASSWORD}!` }));
    const { body } = await ann.post("auth/create-session", { password: PASSWORD });
    secrets["second session"] = ann.sessionId = String(body["session_id"]);
    await keep(ann.generate({ model: "flux-schnell", prompt: "a fox [[emu:lose]]" }));
    await keep(ann.generate({ model: "flux-schnell" }));
    await vi.waitUntil(() => replicate.callbackAnswers().length === 2, { timeout: 10_000 });
    const user = await product.app.findRecordById("generatio_users", ann.id);
    user.set("plan", "enterprise");
    await product.app.save(user);
    await keep(ann.generate({ model: "gpt-image-2.5-flare" }));
    secrets["callbacks' secret"] = replicate.signer.secret();
    const address = new URL(product.emulator.lastWebhook());
    secrets["callback's token"] = address.searchParams.get("token") ?? "";
    await keep(product.call("POST", `callbacks/nobody${address.search}`, { body: {} }));
  }

  async function useWebhooks(keep: (pending: Promise<Answer>) => Promise<Answer>): Promise<void> {
    const { body } = await ann.post("webhooks", { url: receiver.url });
    const id = String(body["id"]);
    secrets["webhook's secret"] = String(body["secret"]).slice("whsec_".length);
    receiver.answer(500);
    await keep(ann.generate());
    await keep(ann.post(`webhooks/${id}/test`, {}));
    await vi.waitUntil(() => receiver.calls.length === 4, { timeout: 10_000 });
    await keep(ann.get("webhooks"));
    await keep(ann.get(`webhooks/${id}/deliveries`));
    const renewed = await ann.post(`webhooks/${id}/secret`, {});
    secrets["webhook's new secret"] = String(renewed.body["secret"]).slice("whsec_".length);
  }

  it("has used every secret", () => {
    const keys = (vendor: { journal: readonly { authorization: string }[] }) =>
      new Set(vendor.journal.map(({ authorization }) => authorization));
    expect(keys(replicate)).toContain(`Bearer ${REPLICATE_KEY}`);
    expect(keys(openAi)).toContain(`Bearer ${SERVER_KEY}`);
    expect(Object.values(secrets).filter((secret) => secret.length < 20)).toEqual([]);
    expect(Object.keys(secrets)).toHaveLength(11);
  });

  it("has exchanged the key with the provider", () => {
    const submits = product.emulator.journal.filter((entry) => entry.route === "submit");
    expect(submits.map((entry) => entry.authorization)).toEqual(Array(5).fill(`Key ${KEY}`));
  });

  it("tells no secret in an answer", () => {
    expect(answers.length).toBeGreaterThan(15);
    expect(findLeaks(secrets, answers)).toEqual([]);
  });

  it("writes no secret into a log, bodies of the provider included", () => {
    const text = logged.map((place) => String(place.bytes)).join("\n");
    expect(text).toContain("provider exchange");
    expect(text).toContain("Invalid header: Key [hidden]");
    expect(findLeaks(secrets, logged)).toEqual([]);
  });

  it("leaves no secret in the data folder: databases, WAL, files", async () => {
    const places = readFolder(product.dataDir);
    const names = places.map((place) => place.name.split("/").at(-1));
    expect(names).toEqual(expect.arrayContaining(["data.db", "data.db-wal", "auxiliary.db"]));
    expect(findLeaks(secrets, places)).toEqual([]);
  });

  it("leaves none in the folder of a stopped server, where the stored log is", async () => {
    await product.close();
    const places = readFolder(product.dataDir);
    const log = places.find((place) => place.name.endsWith("auxiliary.db"));
    expect(log?.bytes.includes("provider exchange")).toBe(true);
    expect(findLeaks(secrets, places)).toEqual([]);
  });
});

function withErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? `${value.stack} ${String(value.cause)}` : value;
}
