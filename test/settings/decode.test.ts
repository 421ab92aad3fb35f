import { describe, expect, it } from "vitest";
import { decodeSettings } from "../../src/settings/decode.ts";
import { defaultSettings, Settings } from "../../src/settings/settings.ts";

describe("decodeSettings", () => {
  it("keeps what was not submitted, secrets included", () => {
    const current = defaultSettings();
    current.smtp.password = "kept";
    const next = decodeSettings(current, { smtp: { host: "mail.example.com" } });
    expect(next.smtp).toMatchObject({ host: "mail.example.com", password: "kept", port: 587 });
    expect(next.meta).toEqual(current.meta);
  });

  it("does not change the settings it starts from", () => {
    const current = defaultSettings();
    decodeSettings(current, { meta: { appName: "Other" }, superuserIPs: ["127.0.0.1"] });
    expect(current).toEqual(defaultSettings());
  });

  it("replaces lists of rules, whose missing values are empty", () => {
    const next = decodeSettings(defaultSettings(), {
      rateLimits: { rules: [{ maxRequests: 7 }, { label: "/x/" }, null] },
    });
    expect(next.rateLimits.rules).toEqual([
      { label: "", audience: "", duration: 0, maxRequests: 7 },
      { label: "/x/", audience: "", duration: 0, maxRequests: 0 },
      { label: "", audience: "", duration: 0, maxRequests: 0 },
    ]);
  });

  it("empties what is null", () => {
    const next = decodeSettings(defaultSettings(), {
      smtp: null,
      rateLimits: { rules: null },
      batch: { maxRequests: null },
      logs: { logIP: null },
    });
    expect(next.smtp).toMatchObject({ enabled: false, port: 0, host: "", tls: false });
    expect(next.rateLimits.rules).toEqual([]);
    expect(next.batch).toMatchObject({ maxRequests: 0, timeout: 3 });
    expect(next.logs).toMatchObject({ logIP: false, maxDays: 5 });
  });

  it("never reaches a prototype", () => {
    const submitted = {
      "__proto__.polluted": true,
      "meta.__proto__.polluted": true,
      "constructor.prototype.polluted": true,
      meta: {},
    };
    expect(decodeSettings(defaultSettings(), submitted)).toEqual(defaultSettings());
    expect({}).not.toHaveProperty("polluted");
  });

  it.each([
    [{ META: { AppName: "x" } }, "x"],
    [{ "meta.appName": "x" }, "x"],
    [{ meta: null }, ""],
    [{ meta: { appName: null } }, ""],
    [{ meta: { nope: 1 }, nope: 1 }, "Acme"],
  ])("reads %j", (submitted, appName) => {
    expect(decodeSettings(defaultSettings(), submitted).meta.appName).toBe(appName);
  });

  it.each([
    { meta: { appName: 1 } },
    { meta: [] },
    { meta: "x" },
    { smtp: { port: "25" } },
    { smtp: { port: 2.5 } },
    { smtp: { port: 1e308 } },
    { logs: { maxDays: 2 ** 63 } },
    { smtp: { enabled: 1 } },
    { superuserIPs: "127.0.0.1" },
    { superuserIPs: [1] },
    { rateLimits: { rules: [1] } },
  ])("refuses %j", (submitted) => {
    expect(() => decodeSettings(defaultSettings(), submitted)).toThrow(
      "An error occurred while loading the submitted data.",
    );
  });
});

describe("Settings", () => {
  it("never shows its secrets", () => {
    const data = defaultSettings();
    data.smtp.password = data.s3.secret = data.backups.s3.secret = "canary";
    const text = JSON.stringify(new Settings(data, false));
    expect(text).not.toContain("canary");
    expect(JSON.parse(text)).not.toHaveProperty("smtp.password");
  });
});
