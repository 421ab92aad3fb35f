import { createHash } from "node:crypto";
import type { RecordModel } from "generatio";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forgetUploads } from "../../../../hooks/generatio/library/uploads.ts";
import {
  type OpenAiEmulator,
  type ReplicateEmulator,
  startOpenAiEmulator,
  startReplicateEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import {
  type Answer,
  KEY,
  type Member,
  type ProductServer,
  startProduct,
} from "../product-server.ts";

// What can be done to a picture, through the same pipeline as everything else.

let product: ProductServer;
let replicate: ReplicateEmulator;
let openAi: OpenAiEmulator;
let ann: Member;
let imageId: string;

beforeAll(async () => {
  [replicate, openAi] = [await startReplicateEmulator(), await startOpenAiEmulator()];
  product = await startProduct({
    env: {
      GENERATIO_REPLICATE_URL: replicate.url,
      REPLICATE_API_TOKEN: "r8_emulated",
      GENERATIO_OPENAI_URL: openAi.url,
      OPENAI_API_KEY: "sk-emulated",
      GENERATIO_PLAN_LIMITS: "free=100,enterprise=unlimited",
      GENERATIO_MOCK: "1",
    },
  });
  ann = await (await product.signUp()).unlock();
  const { body } = await ann.generate({ parameters: { image_size: { width: 120, height: 80 } } });
  imageId = (body["images"] as { id: string }[])[0]!.id;
});
afterAll(async () => {
  await product.close();
  await replicate.close();
  await openAi.close();
});

const plain = (width: number, height: number, background = "white") =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
const inline = (bytes: Buffer) => `data:image/png;base64,${bytes.toString("base64")}`;

/** What a form sends. */
async function postForm(
  path: string,
  parts: Readonly<Record<string, string | Buffer>>,
  who = ann,
): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value)]), "picture.png");
  }
  const answer = await fetch(`${product.url}/api/custom/${path}`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${who.client.authStore.token}`,
      ...(who.sessionId ? { "X-Session-ID": who.sessionId } : {}),
    },
    body: form,
  });
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, headers: answer.headers, body };
}

const waiting = (body: Record<string, unknown>) => ({ async: false, ...body });

async function recordOf({ body }: Answer): Promise<RecordModel> {
  const [{ id }] = body["images"] as [{ id: string }];
  return product.app.findRecordById("images", id);
}

/** The picture as the provider got it. */
function sentTo(journal: ProductServer["emulator"]["journal"], field: string): Buffer {
  const { body } = journal.findLast(({ route }) => route === "submit")!;
  const url = String((body as Record<string, unknown>)[field]);
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

describe("each task", () => {
  it.for([
    ["edit", { prompt: "in the snow" }, "flux-1/dev/image-to-image", [120, 80], 0.025],
    ["upscale", {}, "clarity-upscaler", [240, 160], 0.03],
    ["remove-background", {}, "bria/background-remove", [120, 80], 0.018],
    ["variations", {}, "flux-1/schnell/redux", [1024, 1024], 0.003],
  ] as const)(
    "%s makes a picture of one's own, and says what of",
    async ([task, wish, model, size, cost]) => {
      const answer = await ann.post(`generate/${task}`, waiting({ image: imageId, ...wish }));
      expect([
        answer.status,
        answer.body["model"],
        answer.body["cost"],
        answer.body["task"],
      ]).toEqual([200, model, cost, task]);
      expect(answer.body["inputs"]).toEqual({ image: imageId });
      const record = await recordOf(answer);
      expect([record.getNumber("width"), record.getNumber("height")]).toEqual(size);
      expect([record.getString("parent_id"), record.getString("task")]).toEqual([imageId, task]);
      // Without words of its own it goes by those of the picture that it was made from.
      expect(record.getString("prompt")).toBe("prompt" in wish ? wish.prompt : "a fox");
    },
  );

  it.for(["edit", "upscale", "remove-background", "variations"] as const)(
    "%s answers 202 with the job when nobody waits",
    async (task) => {
      const { status, body } = await ann.post(`generate/${task}`, { image: imageId, prompt: "x" });
      expect([status, body["task"]]).toEqual([202, task]);
      await product.jobsAreOver();
      const job = await ann.get(`jobs/${String(body["job_id"])}`);
      expect([job.body["status"], (job.body["images"] as unknown[]).length]).toEqual([
        "succeeded",
        1,
      ]);
    },
  );

  it("goes to the model that is named, whoever its vendor is", async () => {
    const answer = await ann.post(
      "generate/upscale",
      waiting({ image: imageId, model: "recraft-crisp-upscale" }),
    );
    expect([answer.status, answer.body["provider"], answer.body["funding"]]).toEqual([
      200,
      "replicate",
      "quota",
    ]);
    expect((await recordOf(answer)).getNumber("width")).toBe(480);
  });

  it("is paid by the plan when there is no session", async () => {
    const bob = await product.signUp();
    const { body } = await bob.post(
      "generate/remove-background",
      waiting({ image: inline(await plain(9, 9)) }),
    );
    expect([body["model"], body["funding"], body["cost"]]).toEqual([
      "recraft-remove-background",
      "quota",
      0.01,
    ]);
  });

  it("honours the Idempotency-Key, and tells another picture from the same", async () => {
    const [white, black] = [await plain(8, 8), await plain(8, 8, "black")];
    const ask = (image: Buffer) =>
      ann.post("generate/upscale", { image: inline(image) }, { "Idempotency-Key": "k1" });
    const first = await ask(white);
    expect((await ask(white)).body["job_id"]).toBe(first.body["job_id"]);
    expect((await ask(black)).status).toBe(409);
  });

  it("is done by the mock when that is named, and never otherwise", async () => {
    const answer = await ann.post(
      "generate/edit",
      waiting({ image: imageId, prompt: "x", model: "mock" }),
    );
    expect((await recordOf(answer)).getJson("other_info")).toMatchObject({ mock: true });
  });

  it("can be tried again with the same picture", async () => {
    const bytes = await plain(31, 17);
    product.emulator.fail("submit", { kind: "answer", status: 500, body: { detail: "down" } });
    const failed = await ann.post("generate/upscale", { image: inline(bytes) });
    await product.jobsAreOver();
    const jobId = String(failed.body["job_id"]);
    expect((await ann.get(`jobs/${jobId}`)).body["status"]).toBe("failed");
    const again = await ann.post(`jobs/${jobId}/retry`, {});
    expect(again.body["inputs"]).toEqual(failed.body["inputs"]);
    await product.jobsAreOver();
    const { body } = await ann.get(`jobs/${String(again.body["job_id"])}`);
    expect([body["status"], body["task"]]).toEqual(["succeeded", "upscale"]);
  });
});

describe("a picture that comes with the request", () => {
  it.for([
    [
      "as a file",
      async (bytes: Buffer) => postForm("generate/upscale", { image: bytes, async: "false" }),
    ],
    [
      "inline",
      async (bytes: Buffer) => ann.post("generate/upscale", waiting({ image: inline(bytes) })),
    ],
  ] as const)("%s is stored, without what it tells about its maker", async ([how, send]) => {
    const bytes = await sharp(await plain(50, 30, how === "inline" ? "red" : "blue"))
      .withExif({ IFD0: { Copyright: "somebody private" } })
      .png()
      .toBuffer();
    const { status, body } = await send(bytes);
    expect(status).toBe(200);
    const { image: uploadId } = body["inputs"] as { image: string };
    const upload = await product.app.findRecordById("uploads", uploadId);
    expect([
      upload.getString("user_id"),
      upload.getNumber("width"),
      upload.getString("sha256"),
    ]).toEqual([ann.id, 50, createHash("sha256").update(bytes).digest("hex")]);
    const sent = sentTo(product.emulator.journal, "image_url");
    expect(sent.includes("somebody private")).toBe(false);
    const { width, height } = await sharp(sent).metadata();
    expect([width, height]).toEqual([50, 30]);
    expect((await recordOf({ body } as Answer)).getString("parent_id")).toBe("");
  });

  it("is stored once, however often it comes, and apart for each user", async () => {
    const bytes = await plain(21, 21);
    const bob = await (await product.signUp()).unlock();
    for (const who of [ann, ann, bob]) await who.post("generate/upscale", { image: inline(bytes) });
    const hash = createHash("sha256").update(bytes).digest("hex");
    const uploads = await product.app.findRecordsByFilter("uploads", `sha256 = "${hash}"`);
    expect(uploads.map((upload) => upload.getString("user_id")).toSorted()).toEqual(
      [ann.id, bob.id].toSorted(),
    );
  });

  it("is its user's alone, and not to be had without them", async () => {
    const { body } = await ann.post("generate/upscale", { image: inline(await plain(22, 22)) });
    const { image: id } = body["inputs"] as { image: string };
    const mine = await ann.client.collection("uploads").getOne(id);
    const url = ann.client.files.getURL(mine, String(mine["file"]));
    expect((await fetch(url)).status).toBe(404);
    const bob = await product.signUp();
    await expect(bob.client.collection("uploads").getOne(id)).rejects.toMatchObject({
      status: 404,
    });
  });

  it("is forgotten a week after its last use", async () => {
    const bob = await (await product.signUp()).unlock();
    await bob.post("generate/upscale", { image: inline(await plain(23, 23)) });
    await product.jobsAreOver();
    const count = () => product.app.countRecords("uploads", `user_id = "${bob.id}"`);
    const day = 86_400_000;
    await forgetUploads(product.app, Date.now() + 6 * day);
    expect(await count()).toBe(1);
    await forgetUploads(product.app, Date.now() + 8 * day);
    expect(await count()).toBe(0);
  });
});

describe("a mask", () => {
  it("marks what is painted anew, in the form of each vendor", async () => {
    const mask = await sharp(await plain(120, 80, "black"))
      .composite([{ input: await plain(60, 80), left: 0, top: 0 }])
      .png()
      .toBuffer();
    const { body } = await ann.post(
      "generate/edit",
      waiting({ image: imageId, mask: inline(mask), prompt: "a hat" }),
    );
    expect([body["model"], Object.keys(body["inputs"] as object)]).toEqual([
      "flux-pro/fill",
      ["image", "mask"],
    ]);
    const sent = await sharp(sentTo(product.emulator.journal, "mask_url")).raw().toBuffer();
    expect([sent[0], sent.at(-1)]).toEqual([255, 0]);

    const rich = await product.signUp();
    const record = await product.app.findRecordById("generatio_users", rich.id);
    record.set("plan", "enterprise");
    await product.app.save(record);
    const answer = await rich.post(
      "generate/edit",
      waiting({
        image: inline(await plain(120, 80)),
        mask: inline(mask),
        prompt: "a hat",
        model: "gpt-image-2",
      }),
    );
    expect(answer.status).toBe(200);
    const { body: form } = openAi.journal.findLast(({ route }) => route === "submit")!;
    const hole = await sharp((form as { mask: { bytes: Buffer } }).mask.bytes)
      .raw()
      .toBuffer();
    expect([hole[3], hole.at(-1)]).toEqual([0, 255]);
  });
});

describe("a request is refused", () => {
  const image = () => imageId;
  it.for<
    [
      what: string,
      body: () => Promise<Record<string, unknown>> | Record<string, unknown>,
      status: number,
      field: string,
    ]
  >([
    ["without a picture", () => ({}), 400, "image"],
    ["with an unknown one", () => ({ image: "abcdefghijklmno" }), 404, "image"],
    ["with something else", () => ({ image: 7 }), 400, "image"],
    ["with a path", () => ({ image: "/etc/passwd" }), 400, "image"],
    ["with plain HTTP", () => ({ image: "http://example.com/a.png" }), 400, "image"],
    ["with an address inside", () => ({ image: "https://127.0.0.1/a.png" }), 400, "image"],
    ["with the metadata service", () => ({ image: "https://169.254.169.254/" }), 400, "image"],
    ["with no picture inside", () => ({ image: inline(Buffer.from("<svg/>")) }), 400, "image"],
    [
      "with half a picture",
      async () => ({ image: inline((await plain(64, 64)).subarray(0, 70)) }),
      400,
      "image",
    ],
    [
      "with too many pixels",
      () => {
        const bytes = Buffer.from(
          "89504e470d0a1a0a0000000d4948445200010000000100000802000000",
          "hex",
        );
        return { image: inline(bytes) };
      },
      400,
      "image",
    ],
    [
      "with a model that does something else",
      () => ({ image: image(), model: "flux/schnell" }),
      400,
      "model",
    ],
    ["with an unknown model", () => ({ image: image(), model: "nothing" }), 400, "model"],
    [
      "with a mask for a model that takes none",
      () => ({ image: image(), mask: image(), model: "clarity-upscaler" }),
      400,
      "mask",
    ],
    [
      "with an unknown parameter",
      () => ({ image: image(), parameters: { x: 1 } }),
      400,
      "parameters.x",
    ],
    [
      "with a factor out of range",
      () => ({ image: image(), parameters: { upscale_factor: 9 } }),
      400,
      "parameters.upscale_factor",
    ],
    [
      "with a folder that is not there",
      () => ({ image: image(), collection_id: "abcdefghijklmno" }),
      404,
      "collection_id",
    ],
  ])("%s", async ([, make, status, field]) => {
    const before = await product.app.countRecords("jobs");
    const answer = await ann.post("generate/upscale", await make());
    expect([answer.status, Object.keys(answer.body["data"] as object)]).toEqual([status, [field]]);
    expect(await product.app.countRecords("jobs")).toBe(before);
  });

  it.for([
    ["edit without words", { image: true }, "prompt"],
    ["a mask of another size", { image: true, prompt: "x", mask: true }, "mask"],
    [
      "a model that needs a mask, without one",
      { image: true, prompt: "x", model: "flux-pro/fill" },
      "mask",
    ],
  ] as const)("%s", async ([, wish, field]) => {
    const { status, body } = await ann.post("generate/edit", {
      ...wish,
      image: imageId,
      ...("mask" in wish ? { mask: inline(await plain(10, 10)) } : {}),
    });
    expect([status, Object.keys(body["data"] as object)]).toEqual([400, [field]]);
  });

  it("with a picture of somebody else, or a deleted one, as if it were not there", async () => {
    const bob = await (await product.signUp()).unlock();
    expect((await bob.post("generate/upscale", { image: imageId })).status).toBe(404);
    const own = await bob.generate();
    const [{ id }] = own.body["images"] as [{ id: string }];
    await bob.client.collection("images").delete(id);
    expect((await bob.post("generate/upscale", { image: id })).status).toBe(404);
  });

  it("for a picture of a text by a model that only changes pictures", async () => {
    const { status, body } = await ann.generate({ model: "clarity-upscaler" });
    expect([status, Object.keys(body["data"] as object)]).toEqual([400, ["model"]]);
  });

  it("when it is larger than 20 MB", async () => {
    const answer = await postForm("generate/upscale", { image: Buffer.alloc(21 * 1024 * 1024) });
    expect([answer.status, answer.body["error"]]).toEqual([413, "validation_error"]);
  });

  it("without a login, and with a superuser's", async () => {
    expect((await product.call("POST", "generate/edit", { body: {} })).status).toBe(401);
  });
});

it("a picture that is deleted for good while its job waits fails the job, and nothing is paid", async () => {
  const bob = await (await product.signUp()).unlock(KEY);
  const own = await bob.generate();
  const [{ id }] = own.body["images"] as [{ id: string }];
  const spent = (await bob.get("financial/stats")).body["total_spent"];
  // Two jobs at work keep the third waiting.
  const slow = [1, 2].map((n) => bob.generate({ async: true, prompt: `${n} [[emu:slow=400]]` }));
  await Promise.all(slow);
  const { body } = await bob.post("generate/upscale", { image: id });
  await product.app.delete(await product.app.findRecordById("images", id));
  await product.jobsAreOver();
  const job = await bob.get(`jobs/${String(body["job_id"])}`);
  expect([job.body["status"], job.body["cost"]]).toEqual(["failed", 0]);
  expect(job.body["error"]).toMatchObject({ error: "validation_error" });
  expect((await bob.get("financial/stats")).body["total_spent"]).toBeCloseTo(Number(spent) + 0.006);
});
