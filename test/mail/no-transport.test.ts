import { describe, expect, test, vi } from "vitest";
import type { LogData } from "../../src/logs/logger.ts";
import { currentSettings } from "../../src/settings/store.ts";
import { type AuthServer, startAuth } from "../auth/fixture.ts";

// The machine may have a sendmail program: it is not found here.
vi.mock("node:fs", async (original) => ({
  ...(await original<Record<string, unknown>>()),
  accessSync: () => {
    throw new Error("not there");
  },
}));

async function withoutSmtp(server: AuthServer): Promise<void> {
  const settings = currentSettings(server.app);
  settings.data.smtp.enabled = false;
  await server.app.save(settings);
}

describe("without SMTP and sendmail", () => {
  test("a mail is logged as not sent, without what opens the account", async () => {
    const server = await startAuth();
    const user = await server.user();
    await withoutSmtp(server);
    const logged: [string, LogData][] = [];
    server.app.logger.error = (message, data = {}) => void logged.push([message, data]);
    await expect(
      server.app.mail.sendOtp(await server.stored(user), "id", "98765432"),
    ).rejects.toThrow(/no way to send mails/);
    expect(logged).toEqual([
      ["mail was not sent", { to: ["user@example.com"], error: expect.any(Error) }],
    ]);
    expect(JSON.stringify(logged)).not.toContain("98765432");
  });

  test("in dev mode it is printed, and that counts", async () => {
    const server = await startAuth({ dev: true });
    const user = await server.user();
    await withoutSmtp(server);
    let printed = "";
    const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    await server.app.mail.sendOtp(await server.stored(user), "id", "98765432");
    spy.mockRestore();
    expect(printed).toContain("├─ To: user@example.com");
    expect(printed).toContain("98765432");
  });
});
