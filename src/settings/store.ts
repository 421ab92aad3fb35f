import type { App } from "../app.ts";
import { query } from "../db/kysely.ts";
import { saveModel } from "../events/lifecycle.ts";
import { decrypt, encrypt, keyFromEnvironment } from "../lib/aes-gcm.ts";
import { currentDate } from "../lib/date.ts";
import { SettingsReloadEvent } from "./events.ts";
import { decodeSettings } from "./decode.ts";
import { defaultSettings, Settings, type SettingsData } from "./settings.ts";
import { type SettingsParsers, validateSettings } from "./validate.ts";

const SETTINGS_ID = "settings";

/**
 * Saves settings through the model hooks; the app works with them once they are committed.
 *
 * @throws ValidationError by section and key
 */
export async function saveSettings(
  app: App,
  settings: Settings,
  parsers: SettingsParsers,
): Promise<void> {
  await saveModel(
    app,
    settings,
    {
      validate: async () => validateSettings(settings.data, parsers),
      execute: async (inner) => {
        const value = seal(settings.data, keyFromEnvironment(inner.config.encryptionEnv));
        const updated = currentDate();
        if (settings.isNew) {
          const row = { id: SETTINGS_ID, value, created: updated, updated };
          await inner.db.run(query.insertInto("_params").values(row).compile());
        } else {
          await inner.db.run(
            query
              .updateTable("_params")
              .set({ value, updated })
              .where("id", "=", SETTINGS_ID)
              .compile(),
          );
        }
      },
    },
    { validate: true },
  );
}

/**
 * Reads the settings from the database into the app, making the row with the defaults when it is missing.
 *
 * @throws Error when the row is encrypted and the key is missing or wrong
 */
export async function loadSettings(app: App): Promise<void> {
  await app.events.onSettingsReload.trigger(new SettingsReloadEvent(app), async () => {
    const row = await app.db.get<{ value: Uint8Array | string | null }>(
      query.selectFrom("_params").select("value").where("id", "=", SETTINGS_ID).compile(),
    );
    if (row) app.settings = new Settings(unseal(app, row.value), false).data;
  });
}

/** True when the folder has settings. */
export async function hasSettings(app: App): Promise<boolean> {
  const row = await app.db.get(
    query.selectFrom("_params").select("id").where("id", "=", SETTINGS_ID).compile(),
  );
  return row !== undefined;
}

/** The app's present settings as a model that can be changed and saved. */
export function currentSettings(app: App): Settings {
  return new Settings(structuredClone(app.settings), false);
}

/** Plain JSON bytes, or an encrypted text. */
function seal(settings: SettingsData, key: string): Buffer | string {
  const plain = JSON.stringify(withoutEmptySecrets(settings));
  return key === "" ? Buffer.from(plain, "utf8") : encrypt(plain, key);
}

function unseal(app: App, value: Uint8Array | string | null): SettingsData {
  const text = typeof value === "string" ? value : Buffer.from(value ?? []).toString("utf8");
  try {
    return decodeSettings(defaultSettings(), JSON.parse(text) as Record<string, unknown>);
  } catch (plainError) {
    const key = keyFromEnvironment(app.config.encryptionEnv);
    if (key === "") {
      throw new Error(
        `invalid settings db data or missing encryption key ${JSON.stringify(app.config.encryptionEnv ?? "")}`,
        { cause: plainError },
      );
    }
    return decodeSettings(
      defaultSettings(),
      JSON.parse(decrypt(text, key)) as Record<string, unknown>,
    );
  }
}

/** PocketBase leaves empty S3 secrets out of the stored text. */
function withoutEmptySecrets(settings: SettingsData): unknown {
  const trim = <S extends { secret: string }>({ secret, ...rest }: S) =>
    secret === "" ? rest : orderSecret(rest, secret);
  return {
    ...settings,
    backups: { ...settings.backups, s3: trim(settings.backups.s3) },
    s3: trim(settings.s3),
  };
}

function orderSecret(rest: object, secret: string): object {
  const { forcePathStyle, ...before } = rest as { forcePathStyle: boolean };
  return { ...before, secret, forcePathStyle };
}
