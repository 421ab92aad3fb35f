import OpenAI, {
  APIConnectionError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
  toFile,
} from "openai";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPictureHeader } from "../../../../hooks/generatio/pictures/header.ts";
import {
  type OpenAiEmulator,
  startOpenAiEmulator,
} from "../../../../hooks/generatio/testing/index.ts";

// The vendor's own client, unchanged but for the address it talks to, is the judge of the emulator.

let emulator: OpenAiEmulator;
beforeEach(async () => {
  emulator = await startOpenAiEmulator({ keys: { good: "ok", broke: "no_balance" } });
});
afterEach(() => emulator.close());

const client = (apiKey = "good", maxRetries = 0) =>
  new OpenAI({ apiKey, baseURL: `${emulator.url}/v1`, maxRetries });

const model = "gpt-image-2.5-flare";
const headerOf = (b64?: string) => readPictureHeader(Buffer.from(b64 ?? "", "base64"));

const picture = (alpha: number, side = 64) =>
  sharp({
    create: { width: side, height: side, channels: 4, background: { r: 9, g: 9, b: 9, alpha } },
  })
    .png()
    .toBuffer();
const asFile = async (bytes: Buffer, name: string) => toFile(bytes, name, { type: "image/png" });

describe("the emulator and the vendor's client", () => {
  it("agree about pictures and the tokens that they cost", async () => {
    const result = await client().images.generate({
      model,
      prompt: "a fox",
      n: 2,
      size: "1536x1024",
      quality: "low",
      output_format: "png",
    });
    expect(result.data?.map(({ b64_json: bytes }) => headerOf(bytes))).toEqual(
      [1, 2].map(() =>
        expect.objectContaining({ contentType: "image/png", width: 1536, height: 1024 }),
      ),
    );
    const usage = result.usage!;
    expect([usage.output_tokens, usage.total_tokens]).toEqual([544, usage.input_tokens + 544]);
    expect(emulator.charged()).toBe(2);
  });

  it("agree about editing with a mask", async () => {
    const result = await client().images.edit({
      model,
      prompt: "a hat",
      image: await asFile(await picture(1), "photo.png"),
      mask: await asFile(await picture(0), "mask.png"),
    });
    expect(result.data).toHaveLength(1);
    expect(result.usage?.input_tokens_details.image_tokens).toBeGreaterThan(0);
    expect(emulator.journal[0]).toMatchObject({
      path: "/v1/images/edits",
      body: { prompt: "a hat", image: { name: "photo.png" }, mask: { name: "mask.png" } },
    });
  });

  it("agree about several pictures at once", async () => {
    const images = [
      await asFile(await picture(1), "a.png"),
      await asFile(await picture(1), "b.png"),
    ];
    const result = await client().images.edit({ model, prompt: "together", image: images });
    expect(result.data).toHaveLength(1);
  });

  it.each([
    ["another size", () => picture(0, 32), "same size"],
    [
      "no transparency",
      async () =>
        sharp(await picture(1))
          .removeAlpha()
          .png()
          .toBuffer(),
      "alpha",
    ],
    ["no picture", () => Promise.resolve(Buffer.from("hello")), "Invalid image"],
  ] as const)("agree about a mask of %s", async (_what, make, message) => {
    const editing = client().images.edit({
      model,
      prompt: "a hat",
      image: await asFile(await picture(1), "photo.png"),
      mask: await asFile(await make(), "mask.png"),
    });
    await expect(editing).rejects.toThrow(message);
    expect(emulator.charged()).toBe(0);
  });

  it("agree about judging texts", async () => {
    const { results, model: judge } = await client().moderations.create({
      model: "omni-moderation-latest",
      input: ["a fox", "a fight [[emu:flag:violence]]"],
    });
    expect(judge).toBe("omni-moderation-latest");
    expect(results.map(({ flagged, categories }) => [flagged, categories.violence])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(results[1]?.category_scores.violence).toBeGreaterThan(0.5);
  });

  it.each([
    ["an unknown key", "nobody", { prompt: "x", model }, AuthenticationError, "invalid_api_key"],
    ["an empty account", "broke", { prompt: "x", model }, RateLimitError, "insufficient_quota"],
    [
      "a retired model",
      "good",
      { prompt: "x", model: "dall-e-3" },
      NotFoundError,
      "model_not_found",
    ],
    ["a refused value", "good", { prompt: "x", model, n: 11 }, BadRequestError, "invalid_value"],
    [
      "refused content",
      "good",
      { prompt: "x [[emu:422]]", model },
      BadRequestError,
      "moderation_blocked",
    ],
  ] as const)("agree about %s", async (_what, key, request, kind, code) => {
    const error: unknown = await client(key)
      .images.generate(request)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ code });
  });

  it("agree about its failures", async () => {
    const make = (prompt: string) => client().images.generate({ model, prompt });
    await expect(make("x [[emu:fail]]")).rejects.toBeInstanceOf(InternalServerError);
    await expect(make("x [[emu:drop]]")).rejects.toBeInstanceOf(APIConnectionError);
  });

  it("agree about a rate limit: the client asks again, as the adapter of this product never would", async () => {
    const result = await client("good", 2).images.generate({ model, prompt: "x [[emu:429x1]]" });
    expect(result.data).toHaveLength(1);
    expect(emulator.journal).toHaveLength(2);
  });
});
