import {
  type Check,
  atLeast,
  checkObject,
  each,
  firstProblem,
  hexColor,
  host,
  ipOrSubnet,
  length,
  matches,
  oneOf,
  required,
} from "../lib/checks.ts";
import { type ErrorLeaf, type ErrorTree, problem, ValidationError } from "../lib/errors.ts";
import type { RateLimitRule, S3Settings, SettingsData } from "./settings.ts";

/** The checks that need a parser of their own, given by whoever owns it. */
export interface SettingsParsers {
  readonly isEmail: (text: string) => boolean;
  readonly isUrl: (text: string) => boolean;
  /** Throws with a sentence. */
  readonly parseCron: (expression: string) => void;
}

/** @throws ValidationError by section and key (PocketBase: core/settings_model.go) */
export function validateSettings(settings: SettingsData, parsers: SettingsParsers): void {
  const errors: ErrorTree = {};
  const add = (key: string, error: ErrorLeaf | ErrorTree | undefined) => {
    if (error && Object.keys(error).length > 0) errors[key] = error;
  };
  add("superuserIPs", firstProblem(settings.superuserIPs, [each(required, ipOrSubnet)]));
  add("meta", checkMeta(settings, parsers));
  add(
    "logs",
    checkObject({ ...settings.logs }, { maxDays: [atLeast(0)], maxDataSize: [atLeast(0)] }),
  );
  add("smtp", checkSmtp(settings));
  add("s3", checkS3(settings.s3, parsers));
  add("backups", checkBackups(settings, parsers));
  add("batch", checkBatch(settings));
  add("rateLimits", checkRateLimits(settings));
  if (Object.keys(errors).length > 0) throw new ValidationError(errors);
}

function checkMeta({ meta }: SettingsData, parsers: SettingsParsers): ErrorTree {
  return checkObject(
    { ...meta },
    {
      accentColor: [length(7, 7), hexColor],
      appName: [required, length(1, 255)],
      appURL: [required, url(parsers)],
      senderName: [required, length(1, 255)],
      senderAddress: [
        (value) =>
          value === "" || parsers.isEmail(String(value))
            ? undefined
            : problem("validation_is_email", "Must be a valid email address."),
        required,
      ],
    },
  );
}

function checkSmtp({ smtp }: SettingsData): ErrorTree {
  const whenOn = smtp.enabled ? [required] : [];
  return checkObject(
    { ...smtp },
    {
      host: [...whenOn, host],
      port: [...whenOn, atLeast(0)],
      authMethod: [oneOf(["LOGIN", "PLAIN"])],
      localName: [host],
    },
  );
}

function checkS3(s3: S3Settings, parsers: SettingsParsers): ErrorTree {
  const whenOn = s3.enabled ? [required] : [];
  return checkObject(
    { ...s3 },
    {
      endpoint: [url(parsers), ...whenOn],
      bucket: whenOn,
      region: whenOn,
      accessKey: whenOn,
      secret: whenOn,
    },
  );
}

function checkBackups({ backups }: SettingsData, parsers: SettingsParsers): ErrorTree {
  const errors = checkObject(
    { ...backups },
    {
      cron: [cron(parsers)],
      cronMaxKeep: [...(backups.cron === "" ? [] : [required]), atLeast(1)],
    },
  );
  const s3 = checkS3(backups.s3, parsers);
  if (Object.keys(s3).length > 0) errors["s3"] = s3;
  return errors;
}

function checkBatch({ batch }: SettingsData): ErrorTree {
  const whenOn = batch.enabled ? [required] : [];
  return checkObject(
    { ...batch },
    {
      maxRequests: [...whenOn, atLeast(0)],
      timeout: [...whenOn, atLeast(0)],
      maxBodySize: [atLeast(0)],
    },
  );
}

function checkRateLimits({ rateLimits }: SettingsData): ErrorTree {
  return checkObject(
    { ...rateLimits },
    {
      rules: [
        ...(rateLimits.enabled ? [required] : []),
        each((rule) => emptyToNone(checkRule(rule as RateLimitRule))),
        uniqueLabels,
      ],
      excludedIPs: [each(required, ipOrSubnet)],
    },
  );
}

const RULE_LABEL = /^(\w+ \/[\w/-]*|\/[\w/-]*|\w+:\w+|\*:\w+|\w+)$/;

function checkRule(rule: RateLimitRule): ErrorTree {
  return checkObject(
    { ...rule },
    {
      label: [required, matches(RULE_LABEL)],
      maxRequests: [required, atLeast(1)],
      duration: [required, atLeast(1)],
      audience: [oneOf(["@guest", "@auth"])],
    },
  );
}

/** Two rules conflict when the label and audience of one begin with the other's. */
const uniqueLabels: Check = (value) => {
  const seen: string[] = [];
  for (const [index, rule] of (value as RateLimitRule[]).entries()) {
    const key = `${rule.label}@@${rule.audience}`;
    if (seen.some((other) => other.startsWith(key) || key.startsWith(other))) {
      const message = `Rate limit rule configuration with label ${rule.label} already exists or conflicts with another rule.`;
      return {
        [index]: {
          label: problem("validation_conflicting_rate_limit_rule", message, { label: rule.label }),
        },
      };
    }
    seen.push(key);
  }
  return undefined;
};

function url(parsers: SettingsParsers): Check {
  return (value) =>
    value === "" || parsers.isUrl(String(value))
      ? undefined
      : problem("validation_is_url", "Must be a valid URL.");
}

function cron(parsers: SettingsParsers): Check {
  return (value) => {
    if (value === "") return undefined;
    try {
      parsers.parseCron(String(value));
      return undefined;
    } catch (error) {
      return problem(
        "validation_invalid_cron",
        error instanceof Error ? error.message : String(error),
      );
    }
  };
}

function emptyToNone(errors: ErrorTree): ErrorTree | undefined {
  return Object.keys(errors).length > 0 ? errors : undefined;
}
