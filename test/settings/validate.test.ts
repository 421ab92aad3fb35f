import { describe, expect, it } from "vitest";
import { type ErrorTree, ValidationError } from "../../src/lib/errors.ts";
import { decodeSettings } from "../../src/settings/decode.ts";
import { settingsParsers } from "../../src/settings/parsers.ts";
import { defaultSettings } from "../../src/settings/settings.ts";
import { validateSettings } from "../../src/settings/validate.ts";

function problemsOf(submitted: Record<string, unknown>): ErrorTree {
  try {
    validateSettings(decodeSettings(defaultSettings(), submitted), settingsParsers);
    return {};
  } catch (error) {
    if (error instanceof ValidationError) return error.errors;
    throw error;
  }
}

const REQUIRED = { code: "validation_required", message: "Cannot be blank." };
const NOT_NEGATIVE = {
  code: "validation_min_greater_equal_than_required",
  message: "Must be no less than 0.",
  params: { threshold: 0 },
};

// Every expectation is an answer of PocketBase 0.40.4 to the same PATCH.
describe("validateSettings", () => {
  it("accepts the defaults", () => {
    expect(problemsOf({})).toEqual({});
  });

  it.each<[string, Record<string, unknown>, ErrorTree]>([
    [
      "meta",
      { meta: { appName: "", accentColor: "x", appURL: "", senderAddress: "zz" } },
      {
        meta: {
          accentColor: {
            code: "validation_length_invalid",
            message: "The length must be exactly 7.",
            params: { max: 7, min: 7 },
          },
          appName: REQUIRED,
          appURL: REQUIRED,
          senderAddress: { code: "validation_is_email", message: "Must be a valid email address." },
        },
      },
    ],
    [
      "smtp that is on",
      { smtp: { enabled: true, host: "", port: -1, authMethod: "X" } },
      {
        smtp: {
          authMethod: { code: "validation_in_invalid", message: "Must be a valid value." },
          host: REQUIRED,
          port: NOT_NEGATIVE,
        },
      },
    ],
    [
      "s3 that is on",
      { s3: { enabled: true } },
      {
        s3: {
          accessKey: REQUIRED,
          bucket: REQUIRED,
          endpoint: REQUIRED,
          region: REQUIRED,
          secret: REQUIRED,
        },
      },
    ],
    [
      "backups",
      { backups: { cron: "bad", cronMaxKeep: 0 } },
      {
        backups: {
          cron: {
            code: "validation_invalid_cron",
            message:
              "Invalid cron expression - must be a valid macro or to have exactly 5 space separated segments.",
          },
          cronMaxKeep: REQUIRED,
        },
      },
    ],
    [
      "rate limits",
      {
        rateLimits: {
          enabled: true,
          rules: [{ label: "bad label!", maxRequests: 0, duration: 0, audience: "zz" }],
          excludedIPs: ["zz"],
        },
      },
      {
        rateLimits: {
          excludedIPs: {
            "0": { code: "validation_invlaid_ip_or_subnet", message: "Invalid IP or CIDR subnet." },
          },
          rules: {
            "0": {
              audience: { code: "validation_in_invalid", message: "Must be a valid value." },
              duration: REQUIRED,
              label: { code: "validation_match_invalid", message: "Must be in a valid format." },
              maxRequests: REQUIRED,
            },
          },
        },
      },
    ],
    [
      "batch that is on",
      { batch: { enabled: true, maxRequests: 0, timeout: -1, maxBodySize: -1 } },
      { batch: { maxBodySize: NOT_NEGATIVE, maxRequests: REQUIRED, timeout: NOT_NEGATIVE } },
    ],
    ["logs", { logs: { maxDays: -1 } }, { logs: { maxDays: NOT_NEGATIVE } }],
    [
      "superuser addresses",
      { superuserIPs: ["127.0.0.1", "10.0.0.0/8", "::1", "bad"] },
      {
        superuserIPs: {
          "3": { code: "validation_invlaid_ip_or_subnet", message: "Invalid IP or CIDR subnet." },
        },
      },
    ],
  ])("refuses wrong %s", (_name, submitted, expected) => {
    expect(problemsOf(submitted)).toEqual(expected);
  });

  it("refuses rules of which one's label and audience begin with the other's", () => {
    const rule = { label: "/api/", audience: "", maxRequests: 1, duration: 1 };
    expect(problemsOf({ rateLimits: { rules: [rule, rule] } })).toEqual({
      rateLimits: {
        rules: {
          "1": {
            label: {
              code: "validation_conflicting_rate_limit_rule",
              message:
                "Rate limit rule configuration with label /api/ already exists or conflicts with another rule.",
              params: { label: "/api/" },
            },
          },
        },
      },
    });
  });
});
