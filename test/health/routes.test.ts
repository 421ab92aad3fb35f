import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { ask } from "../http/fixture.ts";

describe("GET /api/health", () => {
  let server: TestServer;
  let authorization: string;
  beforeAll(async () => {
    server = await startTestServer();
    authorization = await server.superuserToken();
  });
  afterAll(() => server.close());
  const dataFor = async (headers: Record<string, string>) =>
    (JSON.parse((await ask(server, "GET /api/health", { headers })).body) as { data: unknown })
      .data;

  test("tells everyone that the server is there", async () => {
    const { status, body } = await ask(server, "GET /api/health");
    expect([status, body]).toEqual([200, '{"message":"API is healthy.","code":200,"data":{}}']);
  });

  test("tells superusers whether they can back up and where they come from", async () => {
    const answer = await ask(server, "GET /api/health", { headers: { authorization } });
    expect(answer.body).toBe(
      '{"message":"API is healthy.","code":200,"data":{"canBackup":true,"possibleProxyHeader":"","realIP":"127.0.0.1"}}',
    );
    server.app.store.set("@activeBackup", "x.zip");
    expect(await dataFor({ authorization })).toMatchObject({ canBackup: false });
    server.app.store.delete("@activeBackup");
  });

  test.each([
    [{ "x-forwarded-for": "1.2.3.4" }, "X-Forwarded-For"],
    [{ "x-forwarded-for": "1.2.3.4", "cf-connecting-ip": "1.2.3.4" }, "CF-Connecting-IP"],
    [{ "fly-client-ip": "1.2.3.4", "x-own": "y" }, "X-Own"],
  ])("guesses at a proxy from %j", async (headers, expected) => {
    const { settings } = server.app;
    server.app.settings = {
      ...settings,
      trustedProxy: { headers: ["X-Own"], useLeftmostIP: false },
    };
    const data = await dataFor({ authorization, ...headers });
    server.app.settings = settings;
    expect(data).toMatchObject({ possibleProxyHeader: expected });
  });
});
