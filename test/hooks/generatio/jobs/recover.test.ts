import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFalEmulator, type FalEmulator } from "../../../../hooks/generatio/testing/index.ts";
import {
  KEY,
  KEY_PASSWORD,
  LOGIN_PASSWORD,
  type Member,
  type ProductServer,
  startProduct,
} from "../product-server.ts";

// What becomes of a job when the server stops in its middle. The provider lives on.

let folder: string;
let provider: FalEmulator;
let product: ProductServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "generatio-recover-"));
  provider = await startFalEmulator({ keys: { [KEY]: "ok" }, workMs: 60_000 });
  product = await start();
});
afterEach(async () => {
  await product.close();
  await provider.close();
  rmSync(folder, { recursive: true });
});

const start = (env: Record<string, string> = {}) =>
  startProduct({
    dataDir: join(folder, "pb_data"),
    env: { GENERATIO_FAL_URL: provider.url, ...env },
  });

async function restart(env?: Record<string, string>): Promise<void> {
  await product.close();
  product = await start(env);
}

const submits = () => provider.journal.filter((entry) => entry.route === "submit").length;

async function onlyJob() {
  const [job] = await product.app.findRecordsByFilter("jobs", "");
  return job!;
}

async function stateOfJob(): Promise<string> {
  return (await onlyJob()).getString("state");
}

/** The answer of a request that is cut off by the end of the server does not matter. */
async function beginAndStop(member: Member, isFarEnough: () => Promise<boolean>): Promise<void> {
  const pending = member.generate().catch(() => undefined);
  await expect.poll(isFarEnough, { timeout: 5000 }).toBe(true);
  await restart();
  await pending;
}

async function logIn(email: string): Promise<Record<string, string>> {
  const response = await fetch(
    `${product.url}/api/collections/generatio_users/auth-with-password`,
    {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ identity: email, password: LOGIN_PASSWORD }),
    },
  );
  const { token } = (await response.json()) as { token: string };
  return { Authorization: token };
}

describe("after a restart", () => {
  it("a job at the provider waits for its user's next session and is then finished, not repeated", async () => {
    const ann = await (await product.signUp("ann@example.com")).unlock();
    await beginAndStop(
      ann,
      async () => (await product.app.countRecords("jobs", 'state = "running"')) === 1,
    );
    provider.tick(120_000);
    const headers = await logIn("ann@example.com");
    expect((await product.call("GET", "auth/token-status", { headers })).body).toMatchObject({
      requires_login: true,
    });
    expect(await stateOfJob()).toBe("running");
    expect((await product.call("GET", "status")).body).toMatchObject({
      services: { sessions: { total: 0 } },
    });

    await product.call("POST", "auth/create-session", {
      headers,
      body: { password: KEY_PASSWORD },
    });
    await expect.poll(stateOfJob, { timeout: 5000 }).toBe("succeeded");
    expect(await product.app.countRecords("images")).toBe(1);
    expect([submits(), provider.charges().length]).toEqual([1, 1]);
  });

  it("a job whose request was on its way is unknown, and never sent again", async () => {
    const ann = await (await product.signUp("ann@example.com")).unlock();
    provider.fail("submit", { kind: "hang" });
    await beginAndStop(ann, async () => submits() === 1);
    expect(await stateOfJob()).toBe("unknown");
    const headers = await logIn("ann@example.com");
    await product.call("POST", "auth/create-session", {
      headers,
      body: { password: KEY_PASSWORD },
    });
    expect([await stateOfJob(), submits()]).toEqual(["unknown", 1]);
  });

  it("a job that a crash left before its request was answered is unknown", async () => {
    const ann = await product.signUp();
    const job = product.app.newRecord("jobs", {
      user_id: ann.id,
      state: "queued",
      provider: "fal",
      model: "flux/schnell",
      prompt: "p",
      funding: "byok",
      hold: 3000,
      submitted_at: new Date().toISOString(),
    });
    await product.app.save(job);
    await restart();
    expect(await stateOfJob()).toBe("unknown");
    expect((await onlyJob()).getString("error_message")).toContain("may still have been made");
  });
});

describe("a job that was never sent", () => {
  it("waits for its user's next session and is then sent, once", async () => {
    const ann = await (await product.signUp("ann@example.com")).unlock();
    await product.close();
    product = await start({ GENERATIO_WORKERS: "1" });
    const headers = {
      ...(await logIn("ann@example.com")),
      "X-Session-ID": "",
    };
    const unlock = async () =>
      (
        await product.call("POST", "auth/create-session", {
          headers,
          body: { password: KEY_PASSWORD },
        })
      ).body["session_id"];
    headers["X-Session-ID"] = String(await unlock());
    const body = { model: "flux/schnell", prompt: "p", async: true };
    for (let count = 0; count < 2; count++) {
      const answer = await product.call("POST", "generate/image", { headers, body });
      expect(answer.status).toBe(202);
    }
    await expect.poll(submits, { timeout: 5000 }).toBe(1);
    await expect
      .poll(() => product.app.countRecords("jobs", 'provider_request_id != ""'), { timeout: 5000 })
      .toBe(1);
    await restart();
    expect(await product.app.countRecords("jobs", 'state = "unknown"')).toBe(0);
    await unlock();
    await expect.poll(submits, { timeout: 5000 }).toBe(2);
    expect(ann.id).not.toBe("");
  });
});

describe("what nobody came back for", () => {
  it("is over after a day", async () => {
    const ann = await product.signUp();
    const facts = {
      user_id: ann.id,
      provider: "fal",
      model: "flux/schnell",
      prompt: "p",
      funding: "byok",
      hold: 3000,
      provider_request_id: "r",
    };
    const job = product.app.newRecord("jobs", { ...facts, state: "running" });
    await product.app.save(job);
    await restart({ GENERATIO_CLEANUP_INTERVAL: "50ms" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await stateOfJob()).toBe("running");
    const yesterday = new Date(Date.now() - 25 * 3_600_000).toISOString().replace("T", " ");
    const stored = await onlyJob();
    stored.setRaw("created", yesterday);
    await product.app.save(stored);
    await expect.poll(stateOfJob, { timeout: 5000 }).toBe("expired");
    expect((await onlyJob()).getNumber("hold")).toBe(0);
  });
});

describe("a job whose account goes", () => {
  const held = async () =>
    (
      await product.app.query<{ account: string }>({
        sql: "SELECT account FROM _xLedgerBalances WHERE balance != 0 AND account LIKE 'held/%'",
        parameters: [],
      })
    ).length;
  const remove = async () => {
    const [user] = await product.app.findRecordsByFilter("generatio_users", "");
    await product.app.delete(user!);
  };

  it("while it waits, gives back what was held for it", async () => {
    await restart({ GENERATIO_WORKERS: "1" });
    const ann = await (await product.signUp("ann@example.com")).unlock();
    for (let count = 0; count < 2; count++) await ann.generate({ async: true });
    await expect.poll(submits, { timeout: 5000 }).toBe(1);
    expect(await held()).toBe(2);
    await remove();
    // The one at work is settled when its vendor has said what becomes of it.
    expect(await held()).toBe(1);
    provider.tick(120_000);
    await expect.poll(held, { timeout: 5000 }).toBe(0);
  });

  it("while nobody is at work on it, gives back what was held for it", async () => {
    const ann = await (await product.signUp("ann@example.com")).unlock();
    await ann.generate({ async: true });
    await expect.poll(submits, { timeout: 5000 }).toBe(1);
    await restart();
    expect(await held()).toBe(1);
    await remove();
    expect(await held()).toBe(0);
  });

  it("in the moment of a crash, gives it back with the next start", async () => {
    const ann = await (await product.signUp("ann@example.com")).unlock();
    await ann.generate({ async: true });
    await expect.poll(submits, { timeout: 5000 }).toBe(1);
    await restart();
    await product.app.db.run({ sql: "DELETE FROM jobs", parameters: [] });
    expect(await held()).toBe(1);
    await restart();
    expect(await held()).toBe(0);
  });
});
