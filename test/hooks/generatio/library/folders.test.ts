import { afterAll, beforeEach, beforeAll, describe, expect, it } from "vitest";
import { type Member, type ProductServer, startProduct } from "../product-server.ts";

let product: ProductServer;
let ann: Member;

beforeAll(async () => {
  product = await startProduct();
});
beforeEach(async () => {
  ann = await product.signUp();
});
afterAll(() => product.close());

async function create(name: string, parentId?: string): Promise<string> {
  const { status, body } = await ann.post("collections/create", { name, parent_id: parentId });
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return String(body["id"]);
}

async function names(): Promise<string[]> {
  const { body } = await ann.get("collections");
  return (body["collections"] as { name: string }[]).map((folder) => folder.name);
}

const folders = () => ann.client.collection("folders");

describe("names of folders", () => {
  it.each([
    ["Work", "Work"],
    ["Work", "  wORK "],
    ["Ärger", "äRGER"],
    ["ﬁle", "FILE"],
  ])("of one parent differ in more than case: %j, %j", async (first, second) => {
    await create(first);
    const refused = await ann.post("collections/create", { name: second });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: "validation_error", data: { name: { code: "validation_not_unique" } } },
    });
    await expect(folders().create({ name: second, user_id: ann.id })).rejects.toMatchObject({
      status: 400,
    });
  });

  it("may be the same under other parents, for other users, and after a deletion", async () => {
    const work = await create("Work");
    await create("Work", work);
    const bob = await product.signUp();
    expect((await bob.post("collections/create", { name: "Work" })).status).toBe(200);
    await folders().delete(work);
    await create("Work");
    expect(await names()).toEqual(["Work"]);
  });

  it("stay distinct when several come at the same moment", async () => {
    const sent = Array.from({ length: 8 }, () =>
      ann.post("collections/create", { name: "Straße" }),
    );
    const statuses = (await Promise.all(sent)).map((answer) => answer.status).toSorted();
    expect(statuses).toEqual([200, 400, 400, 400, 400, 400, 400, 400]);
  });
});

describe("folders in folders", () => {
  it("go five deep", async () => {
    let parent: string | undefined;
    for (const name of ["one", "two", "three", "four", "five"]) parent = await create(name, parent);
    const refused = await ann.post("collections/create", { name: "six", parent_id: parent });
    expect(refused).toMatchObject({
      status: 400,
      body: { data: { parent_id: { code: "validation_folder_depth" } } },
    });
  });

  it("count with what is inside them when they are moved", async () => {
    const low = await create(
      "four",
      await create("three", await create("two", await create("one"))),
    );
    const branch = await create("branch");
    await create("leaf", branch);
    await expect(folders().update(branch, { parent_id: low })).rejects.toMatchObject({
      response: { data: { parent_id: { code: "validation_folder_depth" } } },
    });
  });

  it("never go round in a circle", async () => {
    const outer = await create("outer");
    const inner = await create("inner", outer);
    for (const parent of [inner, outer]) {
      await expect(folders().update(outer, { parent_id: parent })).rejects.toMatchObject({
        response: { data: { parent_id: { code: "validation_folder_cycle" } } },
      });
    }
  });

  it("belong to one user", async () => {
    const bob = await product.signUp();
    const theirs = String((await bob.post("collections/create", { name: "Theirs" })).body["id"]);
    await expect(
      folders().create({ name: "In", user_id: ann.id, parent_id: theirs }),
    ).rejects.toMatchObject({ status: 400 });
    await expect(folders().create({ name: "For", user_id: bob.id })).rejects.toMatchObject({
      status: 400,
    });
    const own = await create("Own");
    await expect(folders().update(own, { user_id: bob.id })).rejects.toMatchObject({ status: 400 });
    await expect(folders().update(theirs, { name: "Mine" })).rejects.toMatchObject({ status: 404 });
  });
});

describe("deleting a folder", () => {
  it("hides it with its folders and pictures, and keeps the rows for the superuser", async () => {
    await ann.unlock();
    const outer = await create("outer");
    const inner = await create("inner", outer);
    const { body } = await ann.generate({ collection_id: inner });
    const [picture] = body["images"] as { id: string }[];
    const images = ann.client.collection("images");
    expect(await images.getFullList()).toHaveLength(1);

    await folders().delete(outer);
    expect(await names()).toEqual([]);
    expect(await images.getFullList()).toEqual([]);
    await expect(images.getOne(picture!.id)).rejects.toMatchObject({ status: 404 });
    await expect(folders().getOne(inner)).rejects.toMatchObject({ status: 404 });
    const stored = await product.app.findRecordById("folders", inner);
    expect(stored.getString("deleted_at")).toMatch(/^\d{4}-\d\d-\d\d /);
    expect((await ann.generate({ collection_id: inner })).status).toBe(404);

    await folders().update(outer, { deleted_at: "" });
    expect(await names()).toEqual(["inner", "outer"]);
    expect(await images.getFullList()).toHaveLength(1);
  });

  it("can be said with a PATCH, and leaves what was deleted before as it was", async () => {
    const outer = await create("outer");
    const before = await create("before", outer);
    await create("inner", outer);
    await folders().delete(before);
    await folders().update(outer, { deleted_at: "2030-01-01 00:00:00.000Z" });
    expect(await names()).toEqual([]);
    await folders().update(outer, { deleted_at: "" });
    expect(await names()).toEqual(["inner", "outer"]);
  });

  it("is undone only where there is room for the name", async () => {
    const first = await create("Work");
    await folders().delete(first);
    await create("work");
    await expect(folders().update(first, { deleted_at: "" })).rejects.toMatchObject({
      response: { data: { name: { code: "validation_not_unique" } } },
    });
  });
});

describe("pictures", () => {
  let pictureId: string;
  const images = () => ann.client.collection("images");

  beforeEach(async () => {
    await ann.unlock();
    const { body } = await ann.generate();
    pictureId = (body["images"] as { id: string }[])[0]!.id;
  });

  it("can be named and moved by their owner", async () => {
    const folder = await create("Best");
    const moved = await images().update(pictureId, { title: "A fox at dawn", folder_id: folder });
    expect(moved).toMatchObject({ title: "A fox at dawn", folder_id: folder });
  });

  it("cannot be moved into a folder of somebody else", async () => {
    const bob = await product.signUp();
    const theirs = String((await bob.post("collections/create", { name: "Theirs" })).body["id"]);
    await expect(images().update(pictureId, { folder_id: theirs })).rejects.toMatchObject({
      response: { data: { folder_id: { code: "validation_missing_rel_records" } } },
    });
  });

  it.each([
    { url: "https://evil.example/" },
    { prompt: "something else" },
    { model: "another" },
    { bytes: 1 },
    { other_info: {} },
    { user_id: "someone00000000" },
  ])("keep their facts: %j", async (change) => {
    await expect(images().update(pictureId, change)).rejects.toMatchObject({
      status: 400,
      response: { data: { [Object.keys(change)[0]!]: { code: "validation_protected_field" } } },
    });
  });

  it("are not made by clients", async () => {
    const forged = { url: "/x", user_id: ann.id, prompt: "p", model: "m" };
    await expect(images().create(forged)).rejects.toMatchObject({ status: 403 });
    await expect(ann.client.collection("jobs").create({ user_id: ann.id })).rejects.toMatchObject({
      status: 403,
    });
    await expect(
      ann.client.collection("usage_ledger").create({ user_id: ann.id }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it("are deleted softly by their owner and come back, and for good by a superuser", async () => {
    await images().delete(pictureId);
    await expect(images().getOne(pictureId)).rejects.toMatchObject({ status: 404 });
    expect(
      (await product.app.findRecordById("images", pictureId)).getString("deleted_at"),
    ).not.toBe("");
    expect((await ann.get("financial/stats")).body).toMatchObject({ total_images: 1 });
    const url = `${product.url}/api/collections/images/records/${pictureId}`;
    const headers = {
      Authorization: await product.superuserToken(`root-${pictureId}@example.com`),
    };
    expect((await fetch(url, { headers })).status).toBe(200);

    await images().update(pictureId, { deleted_at: "" });
    expect(await images().getFullList()).toHaveLength(1);
    expect((await fetch(url, { method: "DELETE", headers })).status).toBe(204);
    expect((await fetch(url, { headers })).status).toBe(404);
  });
});

describe("an account", () => {
  it.each([
    { fal_token: "v2.100000.x.y" },
    { auto_session: true },
    { financial_data: { total_spent: 0 } },
    { model_preferences: ["someone00000000"] },
  ])("does not let its owner write %j", async (change) => {
    const users = ann.client.collection("generatio_users");
    await users.update(ann.id, change).catch(() => undefined);
    const stored = await product.app.findRecordById("generatio_users", ann.id);
    const [name] = Object.keys(change);
    expect(stored.get(name!)).toEqual(
      stored.collection.findField(name!)!.type === "relation"
        ? []
        : { fal_token: "", auto_session: false, financial_data: null }[name!],
    );
  });

  it("takes everything of its owner with it", async () => {
    await ann.unlock();
    await ann.generate();
    await create("Work");
    await ann.post("preferences/save", { model_name: "flux/schnell", preferences: {} });
    await ann.client.collection("generatio_users").delete(ann.id);
    const names = ["images", "folders", "jobs", "usage_ledger", "model_preferences"];
    const counts = names.map((name) =>
      product.app.countRecords(name, "user_id = {:id}", { id: ann.id }),
    );
    expect(await Promise.all(counts)).toEqual([0, 0, 0, 0, 0]);
    expect((await product.call("GET", "status")).body).toMatchObject({ status: "ok" });
  });
});

describe("preferences through the records API", () => {
  const preferences = () => ann.client.collection("model_preferences");

  it("obey the model, and belong to their user", async () => {
    const saved = await preferences().create({
      user_id: ann.id,
      model_name: "flux/schnell",
      preferences: { num_images: 2 },
    });
    await expect(
      preferences().update(saved.id, { preferences: { num_images: 9 } }),
    ).rejects.toMatchObject({
      response: { data: { preferences: { code: "validation_invalid_parameters" } } },
    });
    await expect(
      preferences().create({ user_id: ann.id, model_name: "dall-e-3", preferences: {} }),
    ).rejects.toMatchObject({
      response: { data: { model_name: { code: "validation_unknown_model" } } },
    });
    await expect(
      preferences().create({ user_id: ann.id, model_name: "flux/schnell" }),
    ).rejects.toMatchObject({ status: 400 });
    expect(
      (await ann.client.collection("generatio_users").getOne(ann.id))["model_preferences"],
    ).toEqual([saved.id]);
    await preferences().delete(saved.id);
    expect(
      (await ann.client.collection("generatio_users").getOne(ann.id))["model_preferences"],
    ).toEqual([]);
  });
});
