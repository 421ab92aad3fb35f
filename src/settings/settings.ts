import type { Model } from "../events/model.ts";

export interface SmtpSettings {
  enabled: boolean;
  port: number;
  host: string;
  username: string;
  password: string;
  /** `PLAIN` (also when empty) or `LOGIN`. */
  authMethod: string;
  tls: boolean;
  localName: string;
}

export interface S3Settings {
  enabled: boolean;
  bucket: string;
  region: string;
  endpoint: string;
  accessKey: string;
  secret: string;
  forcePathStyle: boolean;
}

export interface RateLimitRule {
  label: string;
  /** `""` for everyone, `@guest` or `@auth`. */
  audience: string;
  /** Seconds. */
  duration: number;
  maxRequests: number;
}

/** PocketBase's settings, in its order and spelling (core/settings_model.go). */
export interface SettingsData {
  superuserIPs: string[];
  smtp: SmtpSettings;
  backups: { cron: string; cronMaxKeep: number; s3: S3Settings };
  s3: S3Settings;
  meta: {
    accentColor: string;
    appName: string;
    appURL: string;
    senderName: string;
    senderAddress: string;
    hideControls: boolean;
  };
  rateLimits: { rules: RateLimitRule[]; excludedIPs: string[]; enabled: boolean };
  trustedProxy: { headers: string[]; useLeftmostIP: boolean };
  batch: { enabled: boolean; maxRequests: number; timeout: number; maxBodySize: number };
  logs: {
    maxDataSize: number;
    maxDays: number;
    minLevel: number;
    logIP: boolean;
    logAuthId: boolean;
  };
}

export function defaultSettings(): SettingsData {
  return {
    superuserIPs: [],
    smtp: {
      enabled: false,
      port: 587,
      host: "smtp.example.com",
      username: "",
      password: "",
      authMethod: "",
      tls: false,
      localName: "",
    },
    backups: { cron: "", cronMaxKeep: 3, s3: emptyS3() },
    s3: emptyS3(),
    meta: {
      accentColor: "#1055c9",
      appName: "Acme",
      appURL: "http://localhost:8090",
      senderName: "Support",
      senderAddress: "support@example.com",
      hideControls: false,
    },
    rateLimits: {
      rules: [
        { label: "*:auth", audience: "", duration: 3, maxRequests: 2 },
        { label: "*:create", audience: "", duration: 5, maxRequests: 20 },
        { label: "/api/batch", audience: "", duration: 1, maxRequests: 3 },
        { label: "/api/", audience: "", duration: 10, maxRequests: 300 },
      ],
      excludedIPs: [],
      enabled: false,
    },
    trustedProxy: { headers: [], useLeftmostIP: false },
    batch: { enabled: false, maxRequests: 50, timeout: 3, maxBodySize: 0 },
    logs: { maxDataSize: 0, maxDays: 5, minLevel: 0, logIP: true, logAuthId: false },
  };
}

function emptyS3(): S3Settings {
  return {
    enabled: false,
    bucket: "",
    region: "",
    endpoint: "",
    accessKey: "",
    secret: "",
    forcePathStyle: false,
  };
}

/** The app's settings as a model: one row of `_params`. */
export class Settings implements Model {
  readonly tableName = "_params";
  data: SettingsData;
  #isNew: boolean;

  constructor(data: SettingsData, isNew: boolean) {
    this.data = data;
    this.#isNew = isNew;
  }

  get isNew(): boolean {
    return this.#isNew;
  }

  markSaved(): void {
    this.#isNew = false;
  }

  markNew(): void {
    this.#isNew = true;
  }

  clone(): Settings {
    return new Settings(structuredClone(this.data), this.#isNew);
  }

  /** Without the secrets: what a superuser may read back. An empty S3 secret is left out when stored, too. */
  toJSON(): unknown {
    const { smtp, s3, backups } = this.data;
    const { password: _password, ...visibleSmtp } = smtp;
    return {
      ...this.data,
      smtp: visibleSmtp,
      s3: withoutSecret(s3),
      backups: { ...backups, s3: withoutSecret(backups.s3) },
    };
  }
}

function withoutSecret(s3: S3Settings): Omit<S3Settings, "secret"> {
  const { secret: _secret, ...visible } = s3;
  return visible;
}
