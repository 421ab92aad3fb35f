import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, startFixture } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
  const fields = [
    { name: "title", type: "text" },
    { name: "size", type: "number" },
  ];
  await fixture.root.collections.create({ name: "files", type: "base", fields });
  await fixture.root.collection("files").create({ title: "a", size: 2 });
});

afterAll(() => fixture.server.close());

describe("records of a view", () => {
  it("have empty values for columns that the view has lost", async () => {
    const viewQuery = "SELECT id, title, size FROM files";
    await fixture.root.collections.create({ name: "lost", type: "view", viewQuery });
    const files = await fixture.root.collections.getOne("files");
    const fields = files.fields.map((field) =>
      field.name === "title" ? { ...field, name: "heading" } : field,
    );
    await fixture.root.collections.update("files", { fields });
    const [item] = await fixture.root.collection("lost").getFullList();
    expect(item).toMatchObject({ title: "", size: 2 });
  });

  it("read bytes as text", async () => {
    const viewQuery = "SELECT id, CAST('bytes' AS BLOB) AS raw FROM files";
    await fixture.root.collections.create({ name: "bytes", type: "view", viewQuery });
    const [item] = await fixture.root.collection("bytes").getFullList();
    expect(item).toMatchObject({ raw: "bytes" });
  });
});
