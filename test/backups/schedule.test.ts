import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MailMessage } from "../../src/mail/message.ts";
import { type BackupServer, startBackupServer } from "./fixture.ts";

let own: BackupServer;
beforeEach(async () => {
  own = await startBackupServer();
});
afterEach(() => own.server.close());

const JOB = "__pbAutoBackup__";

async function configure(backups: object): Promise<void> {
  const { status, text } = await own.ask("PATCH /api/settings", { backups });
  if (status !== 200) throw new Error(text);
}

async function runJob(): Promise<void> {
  await own.server.app.crons.run(own.server.app.crons.find(JOB)!);
}

function names(): string[] {
  return readdirSync(join(own.server.dataDir, "backups")).filter(
    (name) => !name.endsWith(".attrs"),
  );
}

/** Makes a backup older than it is. */
function age(name: string, hours: number): void {
  const time = new Date(Date.now() - hours * 3_600_000);
  utimesSync(own.path(name), time, time);
}

describe("backups by the clock", () => {
  test("are made as the settings say, from when they are saved", async () => {
    const jobs = () =>
      own.server.app.crons
        .all()
        .filter(({ id }) => id === JOB)
        .map(({ expression }) => expression);
    expect(jobs()).toEqual([]);
    await configure({ cron: "0 0 * * *", cronMaxKeep: 3 });
    expect(jobs()).toEqual(["0 0 * * *"]);
    await configure({ cron: "@hourly" });
    expect(jobs()).toEqual(["@hourly"]);
    expect((await own.ask("GET /api/crons")).text).toContain(JOB);
    await configure({ cron: "" });
    expect(jobs()).toEqual([]);
  });

  test("are named so, and only the newest of them are kept", async () => {
    await configure({ cron: "@hourly", cronMaxKeep: 2 });
    await own.server.app.createBackup("mine.zip");
    for (const [name, hours] of [
      ["@auto_pb_backup_acme_1.zip", 1],
      ["@auto_pb_backup_acme_3.zip", 3],
      ["@auto_pb_backup_acme_2.zip", 2],
    ] as const) {
      await own.server.app.createBackup(name);
      age(name, hours);
    }
    age("mine.zip", 100);
    await runJob();
    expect(names()).toEqual([
      "@auto_pb_backup_acme_1.zip",
      expect.stringMatching(/^@auto_pb_backup_acme_20\d{12}\.zip$/),
      "mine.zip",
    ]);
  });

  test("that fail are logged and told to every superuser, and old ones go all the same", async () => {
    const sent: MailMessage[] = [];
    await own.server.app.save(
      own.server.app.newRecord("_superusers", { email: "two@example.com", password: "1234567890" }),
    );
    await configure({ cron: "@hourly", cronMaxKeep: 1 });
    for (const [index, hours] of [3, 2].entries()) {
      await own.server.app.createBackup(`@auto_pb_backup_acme_${index}.zip`);
      age(`@auto_pb_backup_acme_${index}.zip`, hours);
    }
    const logged: unknown[] = [];
    own.server.app.logger.addSink((level, message) => logged.push(`${level} ${message}`));
    own.server.app.onMailerSend().bindFunc((event) => {
      sent.push(event.message);
    });
    own.server.app.onBackupCreate().bindFunc(() => {
      throw new Error("no <space> left");
    });
    await runJob();
    expect(logged).toContain("error [Backup cron] Failed to create backup");
    expect(sent.map(({ to }) => to)).toEqual([
      [{ address: "root@example.com" }],
      [{ address: "two@example.com" }],
    ]);
    expect(sent[0]!.subject).toBe("[Acme system alert] Autobackup failure");
    expect(sent[0]!.html).toContain("no &lt;space&gt; left");
    expect(names()).toEqual(["@auto_pb_backup_acme_1.zip"]);
  });
});
