import { createDecipheriv } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forbidden } from "../../src/lib/errors.ts";
import { currentSettings } from "../../src/settings/store.ts";
import { startTestServer, type TestServer } from "../../src/testing/server.ts";

const KEY = "01234567890123456789012345678901";

let folder: string;
let server: TestServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "generatio-settings-"));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const start = async (options: { encryptionEnv?: string; env?: Record<string, string> } = {}) =>
  (server = await startTestServer({ dataDir: join(folder, "pb_data"), ...options }));

function stored(): { value: Buffer | string; type: string } {
  const db = new Sqlite(join(folder, "pb_data", "data.db"), { readonly: true });
  const row = db
    .prepare("SELECT value, typeof(value) AS type FROM _params WHERE id = 'settings'")
    .get();
  db.close();
  return row as { value: Buffer | string; type: string };
}

async function patch(body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${server!.url}/api/settings`, {
    method: "PATCH",
    headers: {
      "content-type": "application/json",
      authorization: await server!.superuserToken(`s${Date.now()}@example.com`),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

// Observed on PocketBase 0.40.4: only the request's own hook speaks to the client.
it("says the same of every error of a save", async () => {
  const { app } = await start();
  app.onModelUpdate("_params").bindFunc((event) => {
    throw forbidden(`not ${event.type}`);
  });
  expect(await patch({ meta: { appName: "x" } })).toEqual({
    status: 400,
    body: {
      data: {},
      message: "An error occurred while saving the new settings.",
      status: 400,
    },
  });
});

describe("stored settings", () => {
  it("are the bytes that PocketBase writes for a new folder", async () => {
    await start();
    const { value, type } = stored();
    expect(type).toBe("blob");
    // Read from a folder that PocketBase 0.40.4 made.
    expect(value.toString()).toBe(
      '{"superuserIPs":[],"smtp":{"enabled":false,"port":587,"host":"smtp.example.com","username":"","password":"","authMethod":"","tls":false,"localName":""},"backups":{"cron":"","cronMaxKeep":3,"s3":{"enabled":false,"bucket":"","region":"","endpoint":"","accessKey":"","forcePathStyle":false}},"s3":{"enabled":false,"bucket":"","region":"","endpoint":"","accessKey":"","forcePathStyle":false},"meta":{"accentColor":"#1055c9","appName":"Acme","appURL":"http://localhost:8090","senderName":"Support","senderAddress":"support@example.com","hideControls":false},"rateLimits":{"rules":[{"label":"*:auth","audience":"","duration":3,"maxRequests":2},{"label":"*:create","audience":"","duration":5,"maxRequests":20},{"label":"/api/batch","audience":"","duration":1,"maxRequests":3},{"label":"/api/","audience":"","duration":10,"maxRequests":300}],"excludedIPs":[],"enabled":false},"trustedProxy":{"headers":[],"useLeftmostIP":false},"batch":{"enabled":false,"maxRequests":50,"timeout":3,"maxBodySize":0},"logs":{"maxDataSize":0,"maxDays":5,"minLevel":0,"logIP":true,"logAuthId":false}}',
    );
  });

  it("are encrypted while the named variable holds a key, and readable with it only", async () => {
    const options = { encryptionEnv: "TEST_SETTINGS_KEY", env: { TEST_SETTINGS_KEY: KEY } };
    await start(options);
    await patch({ smtp: { password: "canary-password" } });
    await server!.close();
    const { value, type } = stored();
    expect(type).toBe("text");
    const bytes = Buffer.from(String(value), "base64");
    const decipher = createDecipheriv("aes-256-gcm", KEY, bytes.subarray(0, 12)).setAuthTag(
      bytes.subarray(-16),
    );
    const plain = Buffer.concat([
      decipher.update(bytes.subarray(12, -16)),
      decipher.final(),
    ]).toString();
    expect(JSON.parse(plain)).toMatchObject({ smtp: { password: "canary-password" } });
    await start(options);
    expect(server!.app.settings.smtp.password).toBe("canary-password");
    await server!.close();
    await expect(start()).rejects.toThrow("missing encryption key");
    await expect(
      start({ ...options, env: { TEST_SETTINGS_KEY: KEY.replace("0", "9") } }),
    ).rejects.toThrow(/unable to authenticate data/i);
    server = undefined;
  });

  it("that are plain load with a key and are encrypted by the next save", async () => {
    await start();
    await server!.close();
    await start({ encryptionEnv: "TEST_SETTINGS_KEY", env: { TEST_SETTINGS_KEY: KEY } });
    expect(stored().type).toBe("blob");
    await patch({ meta: { appName: "x" } });
    expect(stored().type).toBe("text");
  });
});

describe("a change of settings", () => {
  it("takes effect without a restart and never answers with secrets", async () => {
    await start();
    const answer = await patch({
      smtp: { password: "canary" },
      s3: { secret: "canary" },
      meta: { appName: "Now" },
    });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).not.toContain("canary");
    expect(server!.app.settings).toMatchObject({
      smtp: { password: "canary" },
      meta: { appName: "Now" },
    });
  });

  it("that is refused changes nothing", async () => {
    await start();
    const before = stored().value.toString();
    expect((await patch({ meta: { appName: "" }, logs: { maxDays: 9 } })).status).toBe(400);
    expect((await patch({ logs: { maxDays: "9" } })).status).toBe(400);
    expect(stored().value.toString()).toBe(before);
    expect(server!.app.settings.logs.maxDays).toBe(5);
  });

  it("fires its hooks, which may change or refuse it", async () => {
    await start();
    const { app } = server!;
    const seen: string[] = [];
    app.onSettingsUpdateRequest().bindFunc(async (event) => {
      seen.push(`${event.oldSettings.data.meta.appName} to ${event.newSettings.data.meta.appName}`);
      event.newSettings.data.meta.senderName = "By a hook";
      await event.next();
    });
    app.onSettingsReload().bindFunc(async (event) => {
      await event.next();
      seen.push(`reloaded ${event.app.settings.meta.appName}`);
    });
    expect((await patch({ meta: { appName: "Hooked" } })).body).toMatchObject({
      meta: { senderName: "By a hook" },
    });
    expect(seen).toEqual(["Acme to Hooked", "reloaded Hooked"]);
  });

  it("that fails in the database leaves the old ones at work", async () => {
    await start();
    const settings = currentSettings(server!.app);
    settings.data.meta.appName = "Lost";
    await expect(
      server!.app.runInTransaction(async (tx) => {
        await tx.save(settings);
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(server!.app.settings.meta.appName).toBe("Acme");
  });

  it("renames the rate limits of a renamed collection", async () => {
    await start();
    await patch({
      rateLimits: { rules: [{ label: "users:create", maxRequests: 1, duration: 1 }] },
    });
    const users = server!.app.findCollection("users").clone();
    users.name = "people";
    await server!.app.save(users);
    expect(server!.app.settings.rateLimits.rules[0]?.label).toBe("people:create");
  });
});
