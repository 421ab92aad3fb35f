import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startReplicateEmulator } from "../../hooks/generatio/testing/index.ts";
import {
  KEY_PASSWORD,
  type Member,
  type ProductServer,
  startProduct,
} from "../hooks/generatio/product-server.ts";
import { type PocketBaseServer, startPocketBase } from "./pocketbase.ts";

// What the product keeps beside PocketBase's tables, while PocketBase works on the folder.

const SLOW = "a slow fox [[emu:slow=3000]]";

/** Everything in data.db that is no table of PocketBase's: texts and rows. */
async function privateTables({ app }: ProductServer): Promise<unknown[]> {
  const all = (sql: string) => app.query<Record<string, unknown>>({ sql, parameters: [] });
  const objects = await all(
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name LIKE '\\_x%' ESCAPE '\\' ORDER BY name",
  );
  const tables = objects.filter(({ type }) => type === "table").map(({ name }) => String(name));
  const rows = [];
  for (const name of tables) rows.push([name, await all(`SELECT * FROM ${name} ORDER BY 1, 2`)]);
  return [objects, rows];
}

/** What somebody who owns the folder does with it meanwhile. */
async function workWithPocketBase(server: PocketBaseServer, ann: Member): Promise<void> {
  const ok = async (method: string, path: string, body?: unknown) => {
    const answer = await server.send(method, path, body);
    expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
    return answer.body as Record<string, unknown>;
  };
  const users = "/api/collections/generatio_users";
  await ok("PATCH", `${users}/records/${ann.id}`, { plan: "pro", emailVisibility: true });
  const { fields } = (await ok("GET", "/api/collections/jobs")) as { fields: unknown[] };
  await ok("PATCH", "/api/collections/jobs", {
    fields: [...fields, { type: "text", name: "remark" }],
  });
  const jobs = (await ok("GET", "/api/collections/jobs/records?sort=created")) as {
    items: { id: string }[];
  };
  await ok("PATCH", `/api/collections/jobs/records/${jobs.items[0]!.id}`, { remark: "seen" });
  await ok("POST", "/api/collections", {
    name: "notes",
    type: "base",
    fields: [{ type: "text", name: "text" }],
  });
  await ok("POST", "/api/collections/notes/records", { text: "hello" });
  await ok("DELETE", "/api/collections/notes");
  await ok("PATCH", "/api/settings", { meta: { appName: "Seen by PocketBase" } });
}

describe("a folder with money in it", () => {
  test("goes through PocketBase's hands and comes back with every entry", async () => {
    const folder = mkdtempSync(join(tmpdir(), "generatio-money-peer-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const dataDir = join(folder, "pb_data");
    const replicate = await startReplicateEmulator({ shrink: 16 });
    onTestFinished(() => replicate.close());
    const env = {
      GENERATIO_REPLICATE_URL: replicate.url,
      REPLICATE_API_TOKEN: "r8_emulated",
      GENERATIO_WEBHOOK_ORIGINS: "http://127.0.0.1:9",
    };
    const first = await startProduct({ env, dataDir });
    const ann = await (await first.signUp()).unlock();
    const token = await first.superuserToken();
    const grant = { amount: 10, reason: "a gift" };
    await first.call("POST", `admin/users/${ann.id}/credits`, {
      body: grant,
      headers: { Authorization: token },
    });
    await ann.post("webhooks", { url: "http://127.0.0.1:9/hook" });
    expect((await ann.generate()).status).toBe(200);
    expect((await ann.generate({ prompt: "[[emu:fail]]" })).status).toBe(502);
    const asked = { model: "flux-schnell", funding: "credits" };
    expect((await ann.generate(asked)).status).toBe(200);
    const slow = (await ann.generate({ ...asked, prompt: SLOW, async: true })).body;
    await expect.poll(() => replicate.bill().length).toBe(2);
    const spent = (await ann.get("financial/stats")).body;
    await first.close();

    const before = await withProduct(dataDir, privateTables);
    const server = await startPocketBase(dataDir);
    await workWithPocketBase(server, ann).finally(() => server.stop());
    expect(await withProduct(dataDir, privateTables)).toEqual(before);

    const second = await startProduct({ env, dataDir });
    onTestFinished(() => second.close());
    const headers: Record<string, string> = { Authorization: ann.client.authStore.token };
    const call = (method: string, path: string, body?: unknown) =>
      second.call(method, path, { headers, ...(body === undefined ? {} : { body }) });
    const job = `jobs/${String(slow["job_id"])}`;
    await expect.poll(async () => (await call("GET", job)).body["status"]).toBe("succeeded");
    expect((await call("GET", "credits")).body).toMatchObject({ credits: 8, held: 0 });
    expect((await call("GET", "me/limits")).body).toMatchObject({ plan: "pro" });
    const opened = await call("POST", "auth/create-session", { password: KEY_PASSWORD });
    headers["X-Session-ID"] = String(opened.body["session_id"]);
    const again = { model: "flux/schnell", prompt: "a fox" };
    expect((await call("POST", "generate/image", again)).status).toBe(200);
    expect((await call("GET", "financial/stats")).body).toMatchObject({
      total_images: Number(spent["total_images"]) + 2,
    });
    await expect(
      second.app.db.run({ sql: "UPDATE _xLedger SET amount = 1", parameters: [] }),
    ).rejects.toThrow("only ever added");
    await expect(
      second.app.db.run({ sql: "UPDATE _xLedgerBalances SET balance = 1", parameters: [] }),
    ).rejects.toThrow("follow its rows");
  });
});

/** Without the vendor of the job that is not over: nothing goes on in the folder. */
async function withProduct<T>(
  dataDir: string,
  work: (product: ProductServer) => Promise<T>,
): Promise<T> {
  const product = await startProduct({ dataDir });
  try {
    return await work(product);
  } finally {
    await product.close();
  }
}
