import Replicate, { type ApiError, type Prediction } from "replicate";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPictureHeader } from "../../../../hooks/generatio/pictures/header.ts";
import {
  type ReplicateEmulator,
  startReplicateEmulator,
} from "../../../../hooks/generatio/testing/index.ts";

// The vendor's own client, unchanged but for the address it talks to, is the judge of the emulator.

let emulator: ReplicateEmulator;
beforeEach(async () => {
  emulator = await startReplicateEmulator({
    keys: { good: "ok", broke: "no_balance" },
    queueMs: 100,
    workMs: 100,
  });
});
afterEach(() => emulator.close());

const client = (auth = "good") => new Replicate({ auth, baseUrl: `${emulator.url}/v1` });
const MODEL = "black-forest-labs/flux-schnell";

const headerAt = async (url = "") =>
  readPictureHeader(Buffer.from(await (await fetch(url)).arrayBuffer()));

async function refusalOf(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof Error && error.name === "ApiError") return error as ApiError;
  throw new Error(`expected a refusal, got ${String(error)}`);
}

describe("the emulator and the vendor's client", () => {
  it("agree about a whole run, from the prompt to the bytes", async () => {
    const seen: string[] = [];
    const output = await client().run(
      MODEL,
      {
        input: {
          prompt: "a fox [[emu:slow=60000]]",
          num_outputs: 2,
          aspect_ratio: "16:9",
          output_format: "png",
        },
        wait: { mode: "poll", interval: 30 },
      },
      ({ status }: Prediction) => {
        // Each look finds the next state, however slow this machine is.
        if (status !== seen.at(-1)) emulator.tick(status === "starting" ? 200 : 60_000);
        seen.push(status);
      },
    );
    expect([...new Set(seen)]).toEqual(["starting", "processing", "succeeded"]);
    const [first, ...others] = output as string[];
    expect(others).toHaveLength(1);
    expect(await headerAt(first)).toMatchObject({
      contentType: "image/png",
      width: 1344,
      height: 768,
    });
    expect(emulator.charged()).toBe(2);
  });

  it("agree about waiting within the request", async () => {
    const prediction = await client().predictions.create({
      model: MODEL,
      input: { prompt: "a fox" },
      wait: 5,
    });
    expect([prediction.status, prediction.metrics?.predict_time]).toEqual(["succeeded", 0.1]);
    expect(prediction.output).toHaveLength(1);
  });

  it("agree about a request that takes longer than one waits", async () => {
    const prediction = await client().predictions.create({
      model: MODEL,
      input: { prompt: "a fox [[emu:slow=60000]]" },
      wait: 1,
    });
    expect(prediction.status).toBe("processing");
    const again = await client().predictions.get(prediction.id);
    expect([again.id, again.input, again.model]).toEqual([
      prediction.id,
      { prompt: "a fox [[emu:slow=60000]]" },
      MODEL,
    ]);
  });

  it("agree about cancelling", async () => {
    const { predictions } = client();
    const { id } = await predictions.create({ model: MODEL, input: { prompt: "a fox" } });
    expect((await predictions.cancel(id)).status).toBe("aborted");
    emulator.tick(60_000);
    expect((await predictions.get(id)).status).toBe("aborted");
    expect(emulator.charged()).toBe(0);
  });

  it("agree about the list of requests, the newest first", async () => {
    const { predictions } = client();
    const input = { prompt: "a fox" };
    const first = await predictions.create({ model: MODEL, input });
    const second = await predictions.create({ model: MODEL, input });
    const { results, next } = await predictions.list();
    expect([results.map(({ id }) => id), next]).toEqual([[second.id, first.id], null]);
  });

  it("agree about pictures as input, which the client uploads", async () => {
    const picture = await sharp({
      create: { width: 60, height: 40, channels: 3, background: "red" },
    })
      .png()
      .toBuffer();
    const output = await client().run("recraft-ai/recraft-crisp-upscale", {
      input: { image: new Blob([new Uint8Array(picture)], { type: "image/png" }) },
      wait: { mode: "poll", interval: 30 },
    });
    // Over plain HTTP the client gives the address as it is.
    expect(await headerAt(output as unknown as string)).toMatchObject({ width: 240, height: 160 });
    expect(emulator.journal.map(({ route }) => route)).toContain("upload");
  });

  it("agree about refused content", async () => {
    const running = client().run(MODEL, {
      input: { prompt: "x [[emu:422]]" },
      wait: { mode: "poll", interval: 30 },
    });
    await expect(running).rejects.toThrow("NSFW content detected");
    expect(emulator.charged()).toBe(0);
  });

  it.each([
    ["unknown", 401],
    ["broke", 402],
  ])("agree about a key that is %s", async (key, status) => {
    const { predictions } = client(key);
    const error = await refusalOf(predictions.create({ model: MODEL, input: { prompt: "x" } }));
    expect(error.response.status).toBe(status);
  });

  it("agree about refused values and unknown models", async () => {
    const { predictions } = client();
    const values = { prompt: "x", num_outputs: 9 };
    const refused = await refusalOf(predictions.create({ model: MODEL, input: values }));
    expect([refused.response.status, refused.message]).toEqual([
      422,
      expect.stringContaining("num_outputs"),
    ]);
    const unknown = predictions.create({ model: "nobody/nothing", input: { prompt: "x" } });
    expect((await refusalOf(unknown)).response.status).toBe(404);
  });

  it("agree about a rate limit: the client asks again", async () => {
    emulator.fail("status", {
      kind: "answer",
      status: 429,
      body: { detail: "Request was throttled." },
      headers: { "retry-after": "0" },
    });
    const { predictions } = client();
    const { id } = await predictions.create({ model: MODEL, input: { prompt: "a fox" } });
    expect((await predictions.get(id)).id).toBe(id);
    expect(emulator.journal.filter(({ route }) => route === "status")).toHaveLength(2);
  });
});
