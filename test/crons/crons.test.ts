import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CronTable } from "../../src/crons/cron-table.ts";
import { Logger } from "../../src/logs/logger.ts";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";

const at = (text: string) => new Date(`2026-01-05T${text}Z`);

describe("the table of jobs", () => {
  let table: CronTable;
  let ran: string[];
  let logged: unknown[];

  beforeEach(() => {
    const logger = new Logger();
    logged = [];
    logger.addSink((level, message) => logged.push(`${level} ${message}`));
    table = new CronTable(logger);
    ran = [];
  });

  const job = (id: string, expression: string) =>
    table.add(id, expression, () => void ran.push(id));

  test("runs what is due in a minute, in the order the jobs were added", () => {
    job("often", "* * * * *");
    job("hourly", "@hourly");
    job("half past", "30 * * * *");
    table.runDue(at("10:00:00.000"));
    table.runDue(at("10:30:59.999"));
    expect(ran).toEqual(["often", "hourly", "often", "half past"]);
  });

  test("runs a minute once, however often the clock looks", () => {
    job("often", "* * * * *");
    table.runDue(at("10:00:00.000"));
    table.runDue(at("10:00:00.900"));
    table.runDue(at("10:01:00.000"));
    expect(ran).toEqual(["often", "often"]);
  });

  test("a job with the same id replaces the other and moves to the end", () => {
    job("a", "* * * * *");
    job("b", "* * * * *");
    job("a", "5 * * * *");
    expect(table.all().map(({ id, expression }) => [id, expression])).toEqual([
      ["b", "* * * * *"],
      ["a", "5 * * * *"],
    ]);
    table.remove("b");
    expect(table.all()).toHaveLength(1);
    table.removeAll();
    expect(table.all()).toHaveLength(0);
  });

  test("a wrong expression leaves the job that was there", () => {
    job("a", "* * * * *");
    expect(() => job("a", "61 * * * *")).toThrow("invalid segment");
    expect(table.find("a")?.expression).toBe("* * * * *");
  });

  test("what a job throws is logged, and the others run", async () => {
    table.add("bad", "* * * * *", () => {
      throw new Error("no");
    });
    table.add("worse", "* * * * *", () => Promise.reject(new Error("no")));
    job("good", "* * * * *");
    table.runDue(at("10:00:00.000"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ran).toEqual(["good"]);
    expect(logged).toEqual(["error cron bad failed", "error cron worse failed"]);
  });

  test("starts and stops", () => {
    table.start();
    expect(table.isStarted).toBe(true);
    table.stop();
    expect(table.isStarted).toBe(false);
  });
});

describe("the API of jobs", () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await startTestServer();
  });

  afterEach(() => server.close());

  async function request(method: string, path: string, token = "") {
    const response = await fetch(server.url + path, { method, headers: { authorization: token } });
    const text = await response.text();
    return {
      status: response.status,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
    };
  }

  test("lists own jobs by id, then those of the engine", async () => {
    for (const id of ["b", "a", "_c"]) server.app.crons.add(id, "0 0 * * *", () => undefined);
    const { body } = await request("GET", "/api/crons", await server.superuserToken());
    expect(body).toEqual([
      { id: "_c", expression: "0 0 * * *" },
      { id: "a", expression: "0 0 * * *" },
      { id: "b", expression: "0 0 * * *" },
      { id: "__pbDBOptimize__", expression: "0 0 * * *" },
      { id: "__pbMFACleanup__", expression: "0 * * * *" },
      { id: "__pbOTPCleanup__", expression: "0 * * * *" },
      { id: "__pbLogsCleanup__", expression: "0 */6 * * *" },
    ]);
  });

  test("is for superusers only", async () => {
    expect((await request("GET", "/api/crons")).status).toBe(401);
    expect((await request("POST", "/api/crons/__pbDBOptimize__")).status).toBe(401);
  });

  test("starts a job without waiting for it", async () => {
    const started = Promise.withResolvers<void>();
    server.app.crons.add("slow", "0 0 1 1 *", () => {
      started.resolve();
      return new Promise(() => undefined);
    });
    const token = await server.superuserToken();
    expect((await request("POST", "/api/crons/slow", token)).status).toBe(204);
    await started.promise;
    expect(await request("POST", "/api/crons/missing", token)).toEqual({
      status: 404,
      body: { data: {}, message: "Missing or invalid cron job.", status: 404 },
    });
  });

  test("the engine's own jobs run without complaint", async () => {
    const complaints: string[] = [];
    server.app.logger.addSink((level, message) => {
      if (level !== "info" && level !== "debug") complaints.push(message);
    });
    for (const entry of server.app.crons.all()) await server.app.crons.run(entry);
    expect(complaints).toEqual([]);
    expect(server.app.crons.isStarted).toBe(true);
  });
});
