/** Everything that is decided before an app starts. */
export interface AppConfig {
  /** The `pb_data` folder; made when missing. */
  readonly dataDir: string;
  /** Prints SQL-near details and mails instead of sending them. */
  readonly dev: boolean;
  /** Name of the environment variable that holds the 32-character key of the stored settings. */
  readonly encryptionEnv: string | undefined;
  /** `full`: an answer is sent only once its data is on the disk. `normal`: PocketBase's setting. */
  readonly durability: "full" | "normal";
  /** After this a reading query is ended. */
  readonly queryTimeoutMs: number;
  /** Allowed CORS origins. */
  readonly origins: readonly string[];
  /** Folder of static files served at `/`. */
  readonly publicDir: string | undefined;
  /** Unknown paths below `/` get `index.html`. */
  readonly indexFallback: boolean;
  /** Folder of an admin UI build served at `/_/`. */
  readonly adminDir: string | undefined;
}

/** What a caller may leave out. */
export type AppOptions = { readonly dataDir: string } & Partial<AppConfig>;

export function completeConfig(options: AppOptions): AppConfig {
  return {
    dev: false,
    encryptionEnv: undefined,
    durability: "full",
    queryTimeoutMs: 30_000,
    origins: ["*"],
    publicDir: undefined,
    indexFallback: true,
    adminDir: undefined,
    ...options,
  };
}
