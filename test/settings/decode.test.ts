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

  it("merges lists of rules by index and takes the new length", () => {
    const next = decodeSettings(defaultSettings(), {
      rateLimits: { rules: [{ maxRequests: 7 }, { label: "/x/" }] },
    });
    expect(next.rateLimits.rules).toEqual([
      { label: "*:auth", audience: "", duration: 3, maxRequests: 7 },
      { label: "/x/", audience: "", duration: 5, maxRequests: 20 },
    ]);
  });

  it.each([
    [{ META: { AppName: "x" } }, "x"],
    [{ "meta.appName": "x" }, "x"],
    [{ meta: null }, "Acme"],
    [{ meta: { appName: null } }, "Acme"],
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
