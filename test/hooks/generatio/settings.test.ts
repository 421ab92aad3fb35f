import { describe, expect, it } from "vitest";
import { readSettings } from "../../../hooks/generatio/settings.ts";

describe("readSettings", () => {
  it("has the documented defaults", () => {
    expect(readSettings({})).toMatchObject({
      sessionTtlMs: 86_400_000,
      cleanupIntervalMs: 3_600_000,
      falTimeoutMs: 600_000,
      syncWaitMs: 120_000,
      pbkdf2Iterations: 600_000,
      falOrigin: "https://queue.fal.run",
      debugHttp: false,
    });
    expect(readSettings({}).trustedOrigins.size).toBe(0);
  });

  it("takes an empty variable as absent", () => {
    expect(readSettings({ GENERATIO_SESSION_TTL: "", GENERATIO_FAL_URL: "" }).sessionTtlMs).toBe(
      86_400_000,
    );
  });

  it("trusts the provider origin that the operator named", () => {
    const settings = readSettings({ GENERATIO_FAL_URL: "http://127.0.0.1:9000" });
    expect(settings.falOrigin).toBe("http://127.0.0.1:9000");
    expect([...settings.trustedOrigins]).toEqual(["http://127.0.0.1:9000"]);
  });

  it.each([
    ["GENERATIO_SESSION_TTL", "tomorrow"],
    ["GENERATIO_SESSION_TTL", "0s"],
    ["GENERATIO_FAL_TIMEOUT", "10"],
    ["GENERATIO_PBKDF2_ITERATIONS", "99999"],
    ["GENERATIO_PBKDF2_ITERATIONS", "many"],
    ["GENERATIO_FAL_URL", "127.0.0.1:9000"],
    ["GENERATIO_FAL_URL", "http://127.0.0.1:9000/v1"],
    ["GENERATIO_FAL_URL", "http://user:pass@127.0.0.1:9000"],
    ["GENERATIO_FAL_URL", "ftp://127.0.0.1"],
    ["GENERATIO_MODERATION", "maybe"],
    ["GENERATIO_MODERATION", "block"],
    ["GENERATIO_MODERATION_FAIL", "ajar"],
  ])("refuses %s=%s by name", (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(name);
  });
});
