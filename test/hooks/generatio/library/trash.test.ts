import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Answer, type Member, type ProductServer, startProduct } from "../product-server.ts";

// What is deleted can be had back for a while, and is then gone with its file.

let product: ProductServer;
let ann: Member;

beforeEach(async () => {
  product = await startProduct({ env: { GENERATIO_CLEANUP_INTERVAL: "100ms" } });
  ann = await (await product.signUp()).unlock();
});
afterEach(() => product.close());

const errorOf = ({ status, body }: Answer) => [status, body["error"]];
const remove = (path: string) => ann.call("DELETE", path);
const restore = (path: string) => ann.post(`${path}/restore`, {});
const trash = async () =>
  (await ann.get("trash")).body as {
    images: { id: string; deleted_at: string; purge_at: string }[];
    folders: { id: string; name: string }[];
    totalItems: number;
  };
const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id);
const gallery = async () => idsOf(await ann.client.collection("images").getFullList());
const folders = async () =>
  ((await ann.get("collections")).body["collections"] as { id: string; name: string }[]).map(
    ({ name }) => name,
  );

async function draw(folder?: string): Promise<string> {
  const { body } = await ann.generate(folder ? { collection_id: folder } : {});
  return (body["images"] as { id: string }[])[0]!.id;
}

async function makeFolder(name: string, parent?: string): Promise<string> {
  const { body } = await ann.post("collections/create", { name, parent_id: parent ?? null });
  return String(body["id"]);
}

/** Stored pictures, by the ids of their records. */
function storedFiles(): string[] {
  const folder = join(product.dataDir, "storage", product.app.findCollection("images").id);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:png|jpe?g)$/.test(entry.name))
    .map((entry) => entry.parentPath.split("/").at(-1)!);
}

describe("a deleted picture", () => {
  it("is in the trash, and comes back to its folder", async () => {
    const folder = await makeFolder("Work");
    const image = await draw(folder);
    expect((await remove(`images/${image}`)).body).toEqual({
      success: true,
      id: image,
      purged: false,
    });
    expect(await gallery()).toEqual([]);
    const { images, totalItems } = await trash();
    expect([idsOf(images), totalItems]).toEqual([[image], 1]);
    const [row] = images;
    const days = (Date.parse(row!.purge_at) - Date.parse(row!.deleted_at)) / 86_400_000;
    expect(days).toBe(30);
    expect((await restore(`images/${image}`)).status).toBe(200);
    const back = await ann.client.collection("images").getOne(image);
    expect([back["folder_id"], (await trash()).images]).toEqual([folder, []]);
  });

  it("comes back to the top when its folder is gone", async () => {
    const folder = await makeFolder("Work");
    const image = await draw(folder);
    await remove(`images/${image}`);
    await remove(`collections/${folder}`);
    await restore(`images/${image}`);
    expect((await ann.client.collection("images").getOne(image))["folder_id"]).toBe("");
  });

  it("is gone with its file when it is purged", async () => {
    const [kept, gone] = [await draw(), await draw()];
    expect((await remove(`images/${gone}?purge=1`)).body).toMatchObject({ purged: true });
    expect(await gallery()).toEqual([kept]);
    expect([(await trash()).images, storedFiles()]).toEqual([[], [kept]]);
    expect(errorOf(await restore(`images/${gone}`))).toEqual([404, "not_found"]);
    expect((await ann.get("financial/stats")).body).toMatchObject({ total_spent: 0.006 });
  });

  it("is purged after its time", async () => {
    const [young, old] = [await draw(), await draw()];
    for (const id of [young, old]) await remove(`images/${id}`);
    const image = await product.app.findRecordById("images", old);
    image.set("deleted_at", new Date(Date.now() - 31 * 86_400_000));
    await product.app.save(image);
    await expect.poll(async () => idsOf((await trash()).images)).toEqual([young]);
    expect(storedFiles()).toEqual([young]);
  });
});

describe("a deleted folder", () => {
  it("takes what is in it along, and brings it back", async () => {
    const work = await makeFolder("Work");
    const inner = await makeFolder("Inner", work);
    const image = await draw(inner);
    await remove(`collections/${work}`);
    expect([await folders(), await gallery()]).toEqual([[], []]);
    const listed = await trash();
    expect([idsOf(listed.folders), listed.images]).toEqual([[work], []]);
    expect((await restore(`collections/${work}`)).status).toBe(200);
    expect([await folders(), await gallery()]).toEqual([["Inner", "Work"], [image]]);
  });

  it("comes back under another name when there is one of its name", async () => {
    const first = await makeFolder("Work");
    await remove(`collections/${first}`);
    await makeFolder("work");
    await restore(`collections/${first}`);
    expect((await folders()).toSorted()).toEqual(["Work (2)", "work"]);
  });

  it("comes back to the top when the one above is gone", async () => {
    const outer = await makeFolder("Outer");
    const inner = await makeFolder("Inner", outer);
    await remove(`collections/${inner}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await remove(`collections/${outer}`);
    expect(idsOf((await trash()).folders).toSorted()).toEqual([inner, outer].toSorted());
    await restore(`collections/${inner}`);
    const { body } = await ann.get("collections");
    expect(body["collections"]).toEqual([
      expect.objectContaining({ id: inner, parent_id: "", name: "Inner" }),
    ]);
  });

  it("is purged with the folders and pictures in it", async () => {
    const work = await makeFolder("Work");
    await draw(await makeFolder("Inner", work));
    await draw(work);
    const outside = await draw();
    await remove(`collections/${work}?purge=1`);
    expect([await folders(), await gallery(), storedFiles()]).toEqual([[], [outside], [outside]]);
    expect(await product.app.countRecords("folders")).toBe(0);
  });
});

describe("the trash", () => {
  it("can be emptied", async () => {
    const work = await makeFolder("Work");
    await draw(work);
    const [image, kept] = [await draw(), await draw()];
    await remove(`collections/${work}`);
    await remove(`images/${image}`);
    expect((await ann.post("trash/empty", {})).body).toEqual({ purged: 2 });
    const { images, folders: left } = await trash();
    expect([images, left, await gallery(), storedFiles()]).toEqual([[], [], [kept], [kept]]);
  });

  it("is one's own", async () => {
    const image = await draw();
    const folder = await makeFolder("Work");
    for (const path of [`images/${image}`, `collections/${folder}`]) await remove(path);
    const bob = await product.signUp();
    expect((await bob.get("trash")).body).toMatchObject({ images: [], folders: [] });
    for (const path of [`images/${image}`, `collections/${folder}`]) {
      expect(errorOf(await bob.post(`${path}/restore`, {}))).toEqual([404, "not_found"]);
      expect(errorOf(await bob.call("DELETE", `${path}?purge=1`))).toEqual([404, "not_found"]);
    }
    expect((await bob.post("trash/empty", {})).body).toEqual({ purged: 0 });
    expect((await trash()).totalItems).toBe(1);
  });

  it("refuses what it does not understand", async () => {
    expect(errorOf(await remove("images/nothing?purge=maybe"))).toEqual([400, "validation_error"]);
    expect(errorOf(await ann.get("trash?page=0"))).toEqual([400, "validation_error"]);
  });
});
