import PocketBase, { ClientResponseError } from "pocketbase";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Member, type ProductServer, startProduct } from "../product-server.ts";

// Superusers change prices, names and states through the ordinary records API; it counts with the next request.

let product: ProductServer;
let ann: Member;
let root: PocketBase;
let rootId: string;

beforeAll(async () => {
  product = await startProduct();
  ann = await (await product.signUp()).unlock();
  root = new PocketBase(product.url);
  root.autoCancellation(false);
  root.authStore.save(await product.superuserToken());
  rootId = (await product.app.findRecordsByFilter("_superusers", 'email = "root@example.com"'))[0]!
    .id;
});
afterAll(() => product.close());

const overrides = () => root.collection("model_overrides");
const changes = () => root.collection("model_changes");
afterEach(async () => {
  for (const { id } of await overrides().getFullList()) await overrides().delete(id);
});

const listed = async (id: string) => (await ann.get("generate/models")).body[id];

async function refusalOf(promise: Promise<unknown>): Promise<ClientResponseError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof ClientResponseError) return error;
  throw new Error(`expected a refusal, got ${JSON.stringify(error)}`);
}

describe("a price", () => {
  it("counts for the next request, in lists, estimates and bills", async () => {
    await overrides().create({ model: "flux/schnell", cost_per_image: "0.01" });
    expect(await listed("flux/schnell")).toMatchObject({ cost_per_image: 0.01 });
    expect((await product.call("GET", "status")).body["available_models"]).toMatchObject({
      "flux/schnell": { cost_per_image: 0.01 },
    });
    const body = { model: "flux/schnell", prompt: "a fox", parameters: { num_images: 2 } };
    expect((await ann.post("generate/estimate", body)).body["cost"]).toBe(0.02);
    expect((await ann.generate(body)).body["cost"]).toBe(0.02);
  });

  it("can be free, which is not the same as unsaid", async () => {
    const { id } = await overrides().create({ model: "flux/schnell", cost_per_image: "0" });
    expect((await ann.generate()).body["cost"]).toBe(0);
    await overrides().update(id, { cost_per_image: "" });
    expect((await ann.generate()).body["cost"]).toBe(0.003);
  });

  it("that is changed while a job waits does not change what the job costs", async () => {
    const { body } = await ann.generate({ async: true, prompt: "x [[emu:slow=300]]" });
    await overrides().create({ model: "flux/schnell", cost_per_image: "5" });
    await product.jobsAreOver();
    expect((await ann.get(`jobs/${String(body["job_id"])}`)).body["cost"]).toBe(0.003);
  });
});

describe("a model", () => {
  it("gets further names", async () => {
    await overrides().create({ model: "flux/schnell", aliases: ["quick"] });
    const { status, body } = await ann.generate({ model: "quick" });
    expect([status, body["model"]]).toEqual([200, "flux/schnell"]);
  });

  it("is asked for at another endpoint", async () => {
    await overrides().create({ model: "hidream/hidream-i1-dev", endpoint: "fal-ai/other" });
    await ann.generate({ model: "hidream/hidream-i1-dev" });
    const sent = product.emulator.journal.findLast(({ route }) => route === "submit");
    expect(sent?.path).toBe("/fal-ai/other");
  });

  it("is retired: it is not listed, and its name leads to the replacement", async () => {
    await overrides().create({
      model: "hidream/hidream-i1-fast",
      status: "retired",
      replaced_by: "flux/schnell",
    });
    expect(await listed("hidream/hidream-i1-fast")).toBeUndefined();
    const all = (await ann.get("generate/models?retired=true")).body;
    expect(all["hidream/hidream-i1-fast"]).toMatchObject({
      status: "retired",
      replaced_by: "flux/schnell",
      retired_on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
    expect(all["dall-e-3"]).toMatchObject({ status: "retired", retired_on: "2026-05-12" });
    const { body } = await ann.generate({ model: "hidream/hidream-i1-fast" });
    expect(body["model"]).toBe("flux/schnell");
    expect(body["warnings"]).toEqual([expect.stringContaining("was retired on")]);
  });
});

describe("a wrong change", () => {
  it.each([
    [{ model: "no-such-model" }, "model"],
    [{ model: "flux/schnell", cost_per_image: "-1" }, "cost_per_image"],
    [{ model: "flux/schnell", cost_per_image: "1e9" }, "cost_per_image"],
    [{ model: "flux/schnell", aliases: "quick" }, "aliases"],
    [{ model: "flux/schnell", aliases: ["two words"] }, "aliases"],
    [{ model: "flux/schnell", aliases: ["flux/dev"] }, "aliases"],
    [{ model: "flux/schnell", aliases: ["dall-e-3"] }, "aliases"],
    [{ model: "flux/schnell", endpoint: "fal-ai/flux/dev" }, "endpoint"],
    [{ model: "flux/schnell", replaced_by: "flux/schnell" }, "replaced_by"],
    [{ model: "flux/schnell", replaced_by: "no-such-model" }, "replaced_by"],
    [{ model: "flux/schnell", status: "gone" }, "status"],
  ])("%j is refused at %s, and nothing is written", async (values, field) => {
    const error = await refusalOf(overrides().create(values));
    expect([error.status, Object.keys(error.response["data"] as object)]).toEqual([400, [field]]);
    expect(await product.app.countRecords("model_overrides")).toBe(0);
  });

  it("is no affair of users", async () => {
    const change = ann.client.collection("model_overrides").create({ model: "flux/schnell" });
    expect((await refusalOf(change)).status).toBe(403);
    expect((await refusalOf(ann.client.collection("model_changes").getList())).status).toBe(403);
  });
});

describe("every change", () => {
  it("is written down with who made it, from what to what", async () => {
    const { id } = await overrides().create({ model: "flux/dev", cost_per_image: "0.02" });
    await overrides().update(id, { cost_per_image: "0.03" });
    await overrides().delete(id);
    const written = await changes().getFullList({ filter: 'model = "flux/dev"', sort: "@rowid" });
    expect(
      written.map(({ action, before, after, changed_by }) => [
        action,
        before?.cost_per_image,
        after?.cost_per_image,
        changed_by,
      ]),
    ).toEqual([
      ["create", undefined, "0.02", rootId],
      ["update", "0.02", "0.03", rootId],
      ["delete", "0.03", undefined, rootId],
    ]);
  });

  it("stays written down: not even a superuser edits it", async () => {
    await overrides().create({ model: "flux/dev", cost_per_image: "0.02" });
    const [first] = await changes().getFullList();
    for (const attempt of [
      changes().update(first!.id, { changed_by: "nobody" }),
      changes().delete(first!.id),
      changes().create({ model: "x", action: "create" }),
    ]) {
      expect((await refusalOf(attempt)).status).toBe(403);
    }
  });
});
