import { ApiError, createFalClient, type QueueStatus, ValidationError } from "@fal-ai/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPictureHeader } from "../../../../hooks/generatio/pictures/header.ts";
import { type FalEmulator, startFalEmulator } from "../../../../hooks/generatio/testing/index.ts";

// The vendor's own client, unchanged but for the host it talks to, is the judge of the emulator.

const ENDPOINT = "fal-ai/flux/schnell";
let emulator: FalEmulator;

beforeEach(async () => {
  emulator = await startFalEmulator({
    keys: { good: "ok", locked: "locked" },
    queueMs: 150,
    workMs: 150,
    ahead: 2,
  });
});
afterEach(() => emulator.close());

function client(credentials = "good") {
  return createFalClient({
    credentials,
    requestMiddleware: (request) =>
      Promise.resolve({
        ...request,
        url: request.url.replace("https://queue.fal.run", emulator.url),
      }),
  });
}

describe("the emulator and the vendor's client", () => {
  it("agree about a whole run", async () => {
    const seen: QueueStatus[] = [];
    const result = await client().subscribe(ENDPOINT, {
      input: { prompt: "a fox", num_images: 2, image_size: "square", output_format: "png" },
      logs: true,
      pollInterval: 40,
      onQueueUpdate: (status) => seen.push(status),
    });
    const states = seen.map((status) => status.status);
    expect([...new Set(states)]).toEqual(["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]);
    expect(seen[0]).toMatchObject({ status: "IN_QUEUE", queue_position: expect.any(Number) });
    const { images, seed, has_nsfw_concepts: nsfw, prompt } = result.data;
    expect([images.length, typeof seed, nsfw, prompt]).toEqual([
      2,
      "number",
      [false, false],
      "a fox",
    ]);
    expect(result.requestId).toBe(emulator.accepted()[0]?.id);
    expect(emulator.charges()).toEqual([
      { requestId: result.requestId, key: "good", endpoint: ENDPOINT, images: 2, micros: 6000 },
    ]);
  });

  it("agree about streamed states", async () => {
    const seen: string[] = [];
    const result = await client().subscribe(ENDPOINT, {
      input: { prompt: "a fox" },
      mode: "streaming",
      connectionMode: "server",
      onQueueUpdate: (status) => seen.push(status.status),
    });
    expect(result.data.images).toHaveLength(1);
    expect(seen.at(-1)).toBe("COMPLETED");
  });

  it("agree about refused values", async () => {
    const error: unknown = await client()
      .queue.submit(ENDPOINT, { input: { prompt: "a fox", num_images: 9 } })
      .catch((reason: unknown) => reason);
    if (!(error instanceof ValidationError)) throw new Error(`got ${String(error)}`);
    expect(error.getFieldErrors("num_images")).toMatchObject([{ type: "less_than_equal" }]);
    expect(emulator.accepted()).toHaveLength(0);
  });

  it("agree about refused content", async () => {
    const running = client().subscribe(ENDPOINT, {
      input: { prompt: "x [[emu:422]]" },
      pollInterval: 40,
    });
    const error: unknown = await running.catch((reason: unknown) => reason);
    if (!(error instanceof ValidationError)) throw new Error(`got ${String(error)}`);
    expect(error.fieldErrors[0]?.type).toBe("content_policy_violation");
    expect(emulator.charges()).toEqual([]);
  });

  it.each([
    ["unknown", 401],
    ["locked", 403],
  ])("agree about a key that is %s", async (key, status) => {
    const error: unknown = await client(key)
      .queue.submit(ENDPOINT, { input: { prompt: "a fox" } })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status });
  });

  it("agree about cancelling", async () => {
    const { queue } = client();
    const { request_id: requestId } = await queue.submit(ENDPOINT, { input: { prompt: "a fox" } });
    await queue.cancel(ENDPOINT, { requestId });
    const status = await queue.status(ENDPOINT, { requestId });
    expect(status.status).toBe("COMPLETED");
    await expect(queue.result(ENDPOINT, { requestId })).rejects.toMatchObject({ status: 400 });
    emulator.tick(60_000);
    expect(emulator.charges()).toEqual([]);
  });
});

describe("the emulator", () => {
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${emulator.url}${path}`, { headers: { authorization: "Key good" }, ...init });
  const submit = async (input: Record<string, unknown>) => {
    const answer = await call(`/${ENDPOINT}`, { method: "POST", body: JSON.stringify(input) });
    return (await answer.json()) as {
      request_id: string;
      response_url: string;
      status_url: string;
    };
  };

  it("answers 405 where the rest of the endpoint is left in the path, and to other methods", async () => {
    const { request_id: id } = await submit({ prompt: "a fox" });
    expect((await call(`/fal-ai/flux/schnell/requests/${id}/status`)).status).toBe(405);
    expect((await call(`/fal-ai/flux/schnell`)).status).toBe(405);
    expect((await call(`/fal-ai/flux/requests/${id}/cancel`, { method: "POST" })).status).toBe(405);
    expect((await call(`/fal-ai/flux/requests/${id}/status`)).status).toBe(202);
  });

  it("does not know models without an owner, nor input that is nested or misspelt", async () => {
    const post = (path: string, body: unknown) =>
      call(path, { method: "POST", body: JSON.stringify(body) });
    expect((await post("/flux/schnell", { prompt: "a fox" })).status).toBe(404);
    expect((await post(`/${ENDPOINT}`, { input: { prompt: "a fox" } })).status).toBe(422);
    expect((await post(`/${ENDPOINT}`, { prompt: "a fox", format: "png" })).status).toBe(422);
  });

  it("works on two requests of a key at a time and shows the others their place", async () => {
    const requests: Awaited<ReturnType<typeof submit>>[] = [];
    for (let index = 0; index < 4; index++) requests.push(await submit({ prompt: `fox ${index}` }));
    emulator.tick(200);
    const states = async () =>
      Promise.all(
        requests.map(async ({ status_url: url }) => {
          const answer = await call(new URL(url).pathname);
          const body = (await answer.json()) as { status: string; queue_position?: number };
          return [answer.status, body.status, body.queue_position].join(" ").trim();
        }),
      );
    expect(await states()).toEqual([
      "202 IN_PROGRESS",
      "202 IN_PROGRESS",
      "202 IN_QUEUE 0",
      "202 IN_QUEUE 1",
    ]);
    emulator.tick(150);
    expect(await states()).toEqual([
      "200 COMPLETED",
      "200 COMPLETED",
      "202 IN_PROGRESS",
      "202 IN_PROGRESS",
    ]);
  });

  it("forgets a result after an hour, and a long one after six minutes", async () => {
    const [short, long] = [
      await submit({ prompt: "a fox" }),
      await submit({ prompt: "fox ".repeat(3000) }),
    ];
    const statusOf = async (url: string) => (await call(new URL(url).pathname)).status;
    emulator.tick(5 * 60_000);
    expect(
      await Promise.all([short, long].map((request) => statusOf(request.response_url))),
    ).toEqual([200, 200]);
    emulator.tick(2 * 60_000);
    expect(
      await Promise.all([short, long].map((request) => statusOf(request.response_url))),
    ).toEqual([200, 404]);
    emulator.tick(60 * 60_000);
    expect(await statusOf(short.response_url)).toBe(404);
  });

  it("shows a request to its own key only", async () => {
    await emulator.close();
    emulator = await startFalEmulator();
    const { status_url: url } = await submit({ prompt: "a fox" });
    expect((await fetch(url, { headers: { authorization: "Key other" } })).status).toBe(404);
    expect((await fetch(url)).status).toBe(401);
  });

  it.each([
    ["png", "image/png"],
    ["jpeg", "image/jpeg"],
  ])(
    "makes real %s files that say where they come from, the same for the same seed",
    async (format, contentType) => {
      const size = { width: 200, height: 120 };
      const files: Buffer[] = [];
      for (let round = 0; round < 2; round++) {
        const { request_id: id } = await submit({
          prompt: "a fox",
          seed: 5,
          image_size: size,
          output_format: format,
        });
        emulator.tick(1000);
        const answer = await fetch(
          `${emulator.url}/files/${id}/0.${format === "png" ? "png" : "jpg"}`,
        );
        expect(answer.headers.get("content-type")).toBe(contentType);
        files.push(Buffer.from(await answer.arrayBuffer()));
      }
      expect(readPictureHeader(files[0]!)).toMatchObject({ contentType, ...size });
      expect(files[0]!.toString("latin1")).toContain("FAL emulator");
      expect(files[0]!.equals(files[1]!)).toBe(true);
    },
  );
});
