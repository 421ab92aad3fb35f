import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Catalogue } from "../../../../hooks/generatio/models/catalogue.ts";
import type { Model } from "../../../../hooks/generatio/models/model.ts";
import { withDefaults } from "../../../../hooks/generatio/models/parameters.ts";
import { createFal } from "../../../../hooks/generatio/providers/fal.ts";
import { createOpenAi } from "../../../../hooks/generatio/providers/openai.ts";
import {
  type Exchange,
  type Outcome,
  type Provider,
  type ProviderContext,
  ProviderError,
  type ProviderInput,
  type ProviderInputs,
} from "../../../../hooks/generatio/providers/provider.ts";
import { createReplicate } from "../../../../hooks/generatio/providers/replicate.ts";
import type { Emulation } from "../../../../hooks/generatio/testing/emulation.ts";
import {
  type Fault,
  rateLimited,
  startFalEmulator,
  startOpenAiEmulator,
  startReplicateEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import { PlainToken } from "../../../../hooks/generatio/tokens/secret.ts";

const catalogue = new Catalogue();

// What the job engine relies on, whichever provider it is. Each against its emulator.

const KEY = "emulated-key-0123456789";
const keys = { [KEY]: "ok", broke: "no_balance" } as const;

interface Vendor {
  readonly name: string;
  readonly model: string;
  /** One that works on a picture; with its mask when it takes one. */
  readonly editor: string;
  start(): Promise<Emulation & { readonly url: string }>;
  create(origin: string): Provider;
  /** Its 5xx in its own form. */
  readonly failure: unknown;
}

const VENDORS: readonly Vendor[] = [
  {
    name: "FAL",
    model: "flux/schnell",
    editor: "flux-pro/fill",
    start: () => startFalEmulator({ keys }),
    create: createFal,
    failure: { detail: "Internal error" },
  },
  {
    name: "Replicate",
    model: "flux-schnell",
    editor: "flux-dev",
    start: () => startReplicateEmulator({ keys }),
    create: createReplicate,
    failure: { title: "Internal error", detail: "Something broke", status: 500 },
  },
  {
    name: "OpenAI",
    model: "gpt-image-2.5-flare",
    editor: "gpt-image-2.5-flare",
    start: () => startOpenAiEmulator({ keys }),
    create: createOpenAi,
    failure: { error: { message: "The server had an error", type: "server_error" } },
  },
];

describe.each(VENDORS)("$name", (vendor) => {
  let emulator: Emulation & { readonly url: string };
  let provider: Provider;
  let traces: Exchange[];
  const model = catalogue.find(vendor.model)!;

  beforeEach(async () => {
    emulator = await vendor.start();
    provider = vendor.create(emulator.url);
    traces = [];
  });
  afterEach(() => emulator.close());

  const contextOf = (key = KEY, signal = AbortSignal.timeout(10_000)): ProviderContext => ({
    token: new PlainToken(key),
    signal,
    fetch,
    trace: (exchange) => traces.push(exchange),
  });

  const submit = (prompt = "a fox", context = contextOf()) => {
    const parameters = withDefaults(model, { num_images: 2 });
    return provider.submit({ model, prompt, parameters }, context);
  };

  async function finish(first: Promise<Outcome>): Promise<Extract<Outcome, { state: "done" }>> {
    let outcome = await first;
    for (let look = 0; outcome.state !== "done"; look++) {
      if (look > 100) throw new Error("it never ends");
      await sleep(10);
      outcome = await provider.poll(outcome.handle, contextOf());
    }
    return outcome;
  }

  async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
    const error: unknown = await promise.catch((reason: unknown) => reason);
    if (error instanceof ProviderError) return error;
    throw new Error(`expected a ProviderError, got ${String(error)}`);
  }

  const submits = () => emulator.journal.filter(({ route }) => route === "submit").length;

  it("makes as many pictures as are asked for, with one paid request", async () => {
    const done = await finish(submit());
    expect(done.pictures).toHaveLength(2);
    expect(done.pictures.every(({ url }) => /^(?:http:|data:image\/)/.test(url))).toBe(true);
    expect(submits()).toBe(1);
  });

  it("sends the prompt as it is", async () => {
    const prompt = 'A "red" fox [watercolour] 🦊\n\\';
    await finish(submit(prompt));
    const sent = emulator.journal.find(({ route }) => route === "submit");
    expect(JSON.stringify(sent?.body)).toContain(JSON.stringify(prompt));
  });

  it.each([
    ["a small picture", 64],
    ["a large picture", 700],
  ])("works on %s, sent with its mask as the vendor wants it", async (_what, side) => {
    const editor = catalogue.find(vendor.editor)!;
    const inputs = await picturesFor(editor, side);
    const parameters = withDefaults(editor, {});
    const request = { model: editor, prompt: "a hat", parameters, inputs };
    const done = await finish(provider.submit(request, contextOf()));
    expect(done.pictures).toHaveLength(1);
    expect(submits()).toBe(1);
    // The log tells that a picture was sent; it does not hold it.
    expect(traces.every(({ sent }) => sent.length < 2000)).toBe(true);
  });

  it("knows that nothing was paid when a picture cannot be handed over", async () => {
    const editor = catalogue.find(vendor.editor)!;
    const inputs = await picturesFor(editor, 700);
    emulator.fail("upload", { kind: "drop" });
    emulator.fail("submit", rateLimited(7));
    const parameters = withDefaults(editor, {});
    const submitting = provider.submit(
      { model: editor, prompt: "a hat", parameters, inputs },
      contextOf(),
    );
    const { sent, kind } = await errorOf(submitting);
    expect(sent === "no" || kind === "rate_limit").toBe(true);
    expect(emulator.journal.filter(({ route }) => route === "submit").length).toBe(
      sent === "no" ? 0 : 1,
    );
  });

  it.for<[string, () => Fault | undefined, string, Partial<ProviderError>]>([
    ["a wrong key", () => undefined, "no-such-key-1", { kind: "auth", sent: "yes" }],
    ["an empty account", () => undefined, "broke", { kind: "credits", sent: "yes" }],
    ["a rate limit", () => rateLimited(7), KEY, { kind: "rate_limit", retryAfterMs: 7000 }],
    [
      "its own 500",
      () => ({ kind: "answer", status: 500, body: vendor.failure }),
      KEY,
      { kind: "unavailable", sent: "yes" },
    ],
    [
      "a gateway's page",
      () => ({ kind: "page", status: 502, html: "<h1>Bad gateway</h1>" }),
      KEY,
      { kind: "unavailable", sent: "unknown" },
    ],
    ["a dropped connection", () => ({ kind: "drop" }), KEY, { kind: "network", sent: "unknown" }],
    ["a lost answer", () => ({ kind: "lose-answer" }), KEY, { kind: "network", sent: "unknown" }],
    ["half an answer", () => ({ kind: "truncate" }), KEY, { sent: "unknown" }],
    [
      "an answer of something else",
      () => ({ kind: "answer", status: 200, body: { hello: "world" } }),
      KEY,
      { kind: "protocol", sent: "unknown" },
    ],
  ])("tells %s for what it is, and asks once", async ([, fault, key, wanted]) => {
    const wrong = fault();
    if (wrong) emulator.fail("submit", wrong);
    const error = await errorOf(submit("a fox", contextOf(key)));
    expect(error).toMatchObject(wanted);
    expect(submits()).toBe(1);
  });

  it("knows that nothing was sent when nobody listens", async () => {
    await emulator.close();
    expect(await errorOf(submit())).toMatchObject({ kind: "network", sent: "no" });
  });

  it("tells a refused content from a failure", async () => {
    expect(await errorOf(finish(submit("x [[emu:422]]")))).toMatchObject({ kind: "moderation" });
    expect((await errorOf(finish(submit("x [[emu:fail]]")))).kind).not.toBe("moderation");
  });

  it("never shows the key", async () => {
    await finish(submit(`a fox ${KEY}`));
    const error = await errorOf(submit("a fox", contextOf("no-such-key-1")));
    expect(JSON.stringify([traces, error.message, error.fields])).not.toMatch(
      new RegExp(`${KEY}|no-such-key-1`),
    );
  });

  it("ends when it is told to", async () => {
    emulator.fail("submit", { kind: "hang" });
    const stop = new AbortController();
    const pending = submit("a fox", contextOf(KEY, stop.signal)).catch((error: unknown) => error);
    await expect.poll(submits).toBe(1);
    stop.abort(new Error("stopped"));
    expect(await pending).toMatchObject({ message: "stopped" });
  });
});

async function noise(side: number, channels: 3 | 4): Promise<ProviderInput> {
  const raw = { width: side, height: side, channels } as const;
  // Does not compress: the large one is larger than what goes inline everywhere.
  const bytes = await sharp(randomBytes(side * side * channels), { raw })
    .png()
    .toBuffer();
  return { bytes, contentType: "image/png", width: side, height: side };
}

async function picturesFor({ input }: Model, side: number): Promise<ProviderInputs> {
  const image = await noise(side, 3);
  return input?.mask === undefined ? { image } : { image, mask: await noise(side, 4) };
}

const FOLLOWED = [
  { name: "FAL", model: "flux/schnell", start: startFalEmulator, create: createFal },
  {
    name: "Replicate",
    model: "flux-schnell",
    start: startReplicateEmulator,
    create: createReplicate,
  },
] as const;

describe.each(FOLLOWED)("$name, while it is at work", (vendor) => {
  let emulator: Awaited<ReturnType<(typeof vendor)["start"]>>;
  let provider: Provider;
  const urls: string[] = [];
  const context: ProviderContext = {
    token: new PlainToken(KEY),
    signal: new AbortController().signal,
    fetch,
    trace: ({ url }) => urls.push(url),
  };

  beforeEach(async () => {
    emulator = await vendor.start({ queueMs: 60_000, workMs: 60_000 });
    provider = vendor.create(emulator.url);
    urls.length = 0;
  });
  afterEach(() => emulator.close());

  async function handle() {
    const model = catalogue.find(vendor.model)!;
    const outcome = await provider.submit({ model, prompt: "a fox", parameters: {} }, context);
    if (outcome.state === "done") throw new Error("done already");
    return outcome.handle;
  }

  it("goes from queued over running to done", async () => {
    const own = await handle();
    const states = [];
    for (let look = 0; look < 3; look++) {
      states.push((await provider.poll(own, context)).state);
      emulator.tick(60_000);
    }
    expect(states).toEqual(["queued", "running", "done"]);
  });

  it("follows its request at its own origin only", async () => {
    const own = await handle();
    const elsewhere = new URL(own.statusUrl).pathname;
    await provider.poll({ ...own, statusUrl: `http://127.0.0.1:1${elsewhere}` }, context);
    expect(urls.every((url) => url.startsWith(emulator.url))).toBe(true);
  });

  it.for([
    ["waits: it is taken out", 0, "removed", "canceled"],
    ["runs: it is told, and ends cancelled", 61_000, "requested", "canceled"],
    ["is done: it is too late, and the result is there", 121_000, "late", "done"],
  ] as const)("cancels a request that %s", async ([, after, answer, end]) => {
    const own = await handle();
    emulator.tick(after);
    expect(await provider.cancel(own, context)).toBe(answer);
    const fate = await provider.poll(own, context).then(
      ({ state }) => state,
      (error: unknown) => (error as ProviderError).kind,
    );
    expect(fate).toBe(end);
  });
});
