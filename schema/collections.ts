/**
 * The collections of this app as code: PocketBase's export format, without ids and without what has its
 * default. The database changes only through the API or a migration; a test shows that the migrations lead
 * to what stands here.
 */
export interface CollectionDefinition {
  readonly name: string;
  readonly type: "base" | "auth";
  readonly fields: readonly FieldDefinition[];
  readonly indexes?: readonly string[];
  /** Superusers only when absent. */
  readonly listRule?: string;
  readonly viewRule?: string;
  readonly createRule?: string;
  readonly updateRule?: string;
  readonly deleteRule?: string;
}

export interface FieldDefinition {
  readonly name: string;
  readonly type:
    | "autodate"
    | "bool"
    | "date"
    | "file"
    | "json"
    | "number"
    | "relation"
    | "select"
    | "text";
  /** The name of the collection that a relation leads to. */
  readonly to?: string;
  readonly [option: string]: unknown;
}

const TIMES: readonly FieldDefinition[] = [
  { name: "created", type: "autodate", onCreate: true },
  { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
];

/** Everything of a person goes with the account. */
const OWNER: FieldDefinition = {
  name: "user_id",
  type: "relation",
  to: "generatio_users",
  required: true,
  cascadeDelete: true,
  maxSelect: 1,
};

const OWN = '@request.auth.id != "" && user_id = @request.auth.id';

const generatioUsers: CollectionDefinition = {
  name: "generatio_users",
  type: "auth",
  listRule: "id = @request.auth.id",
  viewRule: "id = @request.auth.id",
  createRule: "",
  updateRule: "id = @request.auth.id",
  deleteRule: "id = @request.auth.id",
  fields: [
    { name: "fal_token", type: "text", hidden: true, max: 4096 },
    { name: "auto_session", type: "bool" },
    { name: "financial_data", type: "json" },
    { name: "model_preferences", type: "relation", to: "model_preferences", maxSelect: 999 },
    ...TIMES,
    // What the server's own keys pay; empty is free. Set by superusers.
    { name: "plan", type: "select", maxSelect: 1, values: ["free", "pro", "enterprise"] },
    // The user's own: {"failover": true}.
    { name: "settings", type: "json", maxSize: 20_000 },
  ],
};

const folders: CollectionDefinition = {
  name: "folders",
  type: "base",
  listRule: `${OWN} && deleted_at = ""`,
  viewRule: `${OWN} && deleted_at = ""`,
  createRule: OWN,
  updateRule: OWN,
  deleteRule: `${OWN} && deleted_at = ""`,
  fields: [
    { name: "name", type: "text", required: true, max: 255 },
    OWNER,
    { name: "parent_id", type: "relation", to: "folders", maxSelect: 1 },
    { name: "private", type: "bool" },
    { name: "deleted_at", type: "date" },
    // The name in one case: what must differ among the live folders of one parent.
    { name: "name_key", type: "text", hidden: true, max: 1024 },
    ...TIMES,
  ],
  indexes: [
    "CREATE UNIQUE INDEX `idx_folders_name` ON `folders` (`user_id`, `parent_id`, `name_key`) WHERE `deleted_at` = ''",
    "CREATE INDEX `idx_folders_parent` ON `folders` (`parent_id`)",
  ],
};

const modelPreferences: CollectionDefinition = {
  name: "model_preferences",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  createRule: OWN,
  updateRule: OWN,
  deleteRule: OWN,
  fields: [
    { name: "model_name", type: "text", required: true, max: 200 },
    // Not required: `{}` are preferences, and a required field refuses them.
    { name: "preferences", type: "json", maxSize: 20_000 },
    OWNER,
    ...TIMES,
  ],
  indexes: [
    "CREATE UNIQUE INDEX `idx_model_preferences_user_model` ON `model_preferences` (`user_id`, `model_name`)",
  ],
};

const jobs: CollectionDefinition = {
  name: "jobs",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  fields: [
    OWNER,
    {
      name: "state",
      type: "select",
      required: true,
      maxSelect: 1,
      values: ["queued", "running", "succeeded", "failed", "canceled", "expired", "unknown"],
    },
    { name: "provider", type: "text", required: true, max: 50 },
    { name: "model", type: "text", required: true, max: 200 },
    { name: "prompt", type: "text", required: true, max: 20_000 },
    { name: "prompt_used", type: "text", max: 20_000 },
    { name: "params", type: "json", maxSize: 50_000 },
    { name: "folder_id", type: "relation", to: "folders", maxSelect: 1 },
    {
      name: "funding",
      type: "select",
      required: true,
      maxSelect: 1,
      values: ["byok", "quota", "credits", "none"],
    },
    // Micro-dollars: reserved while the job lives, and really spent.
    { name: "hold", type: "number", onlyInt: true, min: 0 },
    { name: "actual", type: "number", onlyInt: true, min: 0 },
    { name: "queue_position", type: "number", onlyInt: true, min: 0 },
    { name: "provider_request_id", type: "text", max: 500 },
    { name: "status_url", type: "text", hidden: true, max: 2000 },
    { name: "response_url", type: "text", hidden: true, max: 2000 },
    { name: "cancel_url", type: "text", hidden: true, max: 2000 },
    { name: "error_code", type: "text", max: 100 },
    { name: "error_message", type: "text", max: 2000 },
    { name: "error_info", type: "json", hidden: true, maxSize: 20_000 },
    { name: "warnings", type: "json", maxSize: 20_000 },
    { name: "idempotency_key", type: "text", hidden: true, max: 255 },
    { name: "request_hash", type: "text", hidden: true, max: 64 },
    { name: "finished_at", type: "date" },
    ...TIMES,
    // When the paid request was about to be sent; empty while the job waits for its turn.
    { name: "submitted_at", type: "date" },
    // The jobs of one order; empty for a single one.
    { name: "batch_id", type: "text", max: 50 },
    { name: "priority", type: "number", onlyInt: true },
    { name: "retried_from", type: "text", max: 15 },
    { name: "batch_index", type: "number", onlyInt: true, min: 0 },
    // Micro-dollars of one picture, as they were when it was ordered.
    { name: "price", type: "number", onlyInt: true, min: 0 },
    // Empty means generate.
    {
      name: "task",
      type: "select",
      maxSelect: 1,
      values: ["generate", "edit", "upscale", "remove-background", "variations"],
    },
    // What was found out about the prompt: {verdict, checks, categories}.
    { name: "moderation", type: "json", maxSize: 20_000 },
    // Models to go to when this one does not work: [{model, params, price, warnings}].
    { name: "fallbacks", type: "json", hidden: true, maxSize: 50_000 },
    // What was tried before: [{provider, model, request_id, reason}].
    { name: "tried", type: "json", maxSize: 20_000 },
    // The model that was asked for, when another one was turned to.
    { name: "requested_model", type: "text", max: 200 },
    // The pictures that go in: {image: {collection, id}, mask: {collection, id}}.
    { name: "inputs", type: "json", maxSize: 1000 },
    // Of equal priorities the lower one goes first.
    { name: "rank", type: "number", hidden: true },
  ],
  indexes: [
    "CREATE INDEX `idx_jobs_user_created` ON `jobs` (`user_id`, `created`)",
    "CREATE INDEX `idx_jobs_state` ON `jobs` (`state`)",
    "CREATE UNIQUE INDEX `idx_jobs_idempotency` ON `jobs` (`user_id`, `idempotency_key`) WHERE `idempotency_key` != ''",
    "CREATE INDEX `idx_jobs_user_batch` ON `jobs` (`user_id`, `batch_id`)",
    "CREATE INDEX `idx_jobs_request` ON `jobs` (`provider_request_id`)",
    "CREATE INDEX `idx_jobs_submitted` ON `jobs` (`submitted_at`)",
  ],
};

const images: CollectionDefinition = {
  name: "images",
  type: "base",
  listRule: `${OWN} && deleted_at = "" && folder_id.deleted_at = ""`,
  viewRule: `${OWN} && deleted_at = "" && folder_id.deleted_at = ""`,
  updateRule: OWN,
  deleteRule: `${OWN} && deleted_at = ""`,
  fields: [
    { name: "title", type: "text", max: 300 },
    { name: "url", type: "text", required: true, max: 2000 },
    OWNER,
    { name: "prompt", type: "text", required: true, max: 20_000 },
    { name: "request_id", type: "text", max: 500 },
    { name: "model", type: "text", required: true, max: 200 },
    { name: "batch_number", type: "number", onlyInt: true, min: 0 },
    { name: "image_size", type: "json", maxSize: 1000 },
    { name: "other_info", type: "json", maxSize: 50_000 },
    { name: "folder_id", type: "relation", to: "folders", maxSelect: 1 },
    { name: "deleted_at", type: "date" },
    {
      name: "file",
      type: "file",
      maxSelect: 1,
      maxSize: 33_554_432,
      mimeTypes: ["image/png", "image/jpeg", "image/webp"],
      thumbs: ["512x512f"],
    },
    { name: "width", type: "number", onlyInt: true, min: 0 },
    { name: "height", type: "number", onlyInt: true, min: 0 },
    { name: "mime", type: "text", max: 100 },
    { name: "bytes", type: "number", onlyInt: true, min: 0 },
    { name: "sha256", type: "text", max: 64 },
    { name: "provider", type: "text", max: 50 },
    { name: "job_id", type: "relation", to: "jobs", maxSelect: 1 },
    ...TIMES,
    // As it was sent.
    { name: "prompt_used", type: "text", max: 20_000 },
    // What to show until the picture is there (blurha.sh).
    { name: "blurhash", type: "text", max: 200 },
    // The user's first picture of the same bytes.
    { name: "duplicate_of", type: "relation", to: "images", maxSelect: 1 },
    // The provider says that it is not for everybody's eyes.
    { name: "nsfw", type: "bool" },
    {
      name: "task",
      type: "select",
      maxSelect: 1,
      values: ["generate", "edit", "upscale", "remove-background", "variations"],
    },
    // The picture that it was made from.
    { name: "parent_id", type: "relation", to: "images", maxSelect: 1 },
  ],
  indexes: [
    "CREATE INDEX `idx_images_user_created` ON `images` (`user_id`, `created`)",
    "CREATE INDEX `idx_images_folder` ON `images` (`folder_id`)",
    "CREATE INDEX `idx_images_job` ON `images` (`job_id`)",
    "CREATE INDEX `idx_images_user_sha256` ON `images` (`user_id`, `sha256`)",
  ],
};

const usageLedger: CollectionDefinition = {
  name: "usage_ledger",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  fields: [
    OWNER,
    // `YYYY-MM-DD`, UTC: one row per user, day, provider, model and funding.
    { name: "day", type: "text", required: true, pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
    { name: "provider", type: "text", required: true, max: 50 },
    { name: "model", type: "text", required: true, max: 200 },
    { name: "funding", type: "text", required: true, max: 50 },
    { name: "images", type: "number", onlyInt: true, min: 0 },
    // Micro-dollars; `waste` is the part of the cost that left no picture.
    { name: "cost_micros", type: "number", onlyInt: true, min: 0 },
    { name: "waste_micros", type: "number", onlyInt: true, min: 0 },
    ...TIMES,
  ],
  indexes: [
    "CREATE UNIQUE INDEX `idx_usage_ledger_row` ON `usage_ledger` (`user_id`, `day`, `provider`, `model`, `funding`)",
  ],
};

const budgets: CollectionDefinition = {
  name: "budgets",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  fields: [
    OWNER,
    { name: "window", type: "select", required: true, maxSelect: 1, values: ["day", "month"] },
    // Empty for all models together.
    { name: "model", type: "text", max: 200 },
    // Micro-dollars; below 0 for none.
    { name: "soft_micros", type: "number", onlyInt: true },
    { name: "hard_micros", type: "number", onlyInt: true },
    ...TIMES,
  ],
  indexes: [
    "CREATE UNIQUE INDEX `idx_budgets_user_window_model` ON `budgets` (`user_id`, `window`, `model`)",
  ],
};

/** Pictures that users send to be worked on, without their metadata. Forgotten a week after their last use. */
const uploads: CollectionDefinition = {
  name: "uploads",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  deleteRule: OWN,
  fields: [
    OWNER,
    {
      name: "file",
      type: "file",
      required: true,
      protected: true,
      maxSelect: 1,
      maxSize: 134_217_728,
      mimeTypes: ["image/png", "image/jpeg", "image/webp"],
    },
    { name: "width", type: "number", onlyInt: true, min: 0 },
    { name: "height", type: "number", onlyInt: true, min: 0 },
    // Of the bytes as they were sent: the same ones are stored once.
    { name: "sha256", type: "text", required: true, max: 64 },
    { name: "last_used", type: "date" },
    ...TIMES,
  ],
  indexes: [
    "CREATE UNIQUE INDEX `idx_uploads_user_sha256` ON `uploads` (`user_id`, `sha256`)",
    "CREATE INDEX `idx_uploads_last_used` ON `uploads` (`last_used`)",
  ],
};

/** Words and phrases that superusers do not want, or want to know of. Counts at once. */
const moderationRules: CollectionDefinition = {
  name: "moderation_rules",
  type: "base",
  fields: [
    // `word`, `two words`, `begin*`.
    { name: "pattern", type: "text", required: true, max: 200 },
    { name: "action", type: "select", required: true, maxSelect: 1, values: ["block", "flag"] },
    { name: "note", type: "text", max: 1000 },
    ...TIMES,
  ],
  indexes: ["CREATE UNIQUE INDEX `idx_moderation_rules_pattern` ON `moderation_rules` (`pattern`)"],
};

/** What was refused or flagged, by whom and why; of the prompt only its hash. */
const moderationEvents: CollectionDefinition = {
  name: "moderation_events",
  type: "base",
  fields: [
    OWNER,
    { name: "job_id", type: "text", max: 15 },
    {
      name: "stage",
      type: "select",
      required: true,
      maxSelect: 1,
      values: ["builtin", "words", "check", "provider"],
    },
    {
      name: "action",
      type: "select",
      required: true,
      maxSelect: 1,
      values: ["blocked", "flagged"],
    },
    { name: "categories", type: "json", maxSize: 20_000 },
    { name: "prompt_sha256", type: "text", max: 64 },
    { name: "created", type: "autodate", onCreate: true },
  ],
  indexes: [
    "CREATE INDEX `idx_moderation_events_user` ON `moderation_events` (`user_id`, `created`)",
  ],
};

/** What superusers change about a model; empty fields leave it as the catalogue has it. */
const modelOverrides: CollectionDefinition = {
  name: "model_overrides",
  type: "base",
  fields: [
    { name: "model", type: "text", required: true, max: 200 },
    // US dollars of one picture, as a decimal: exact, and empty is not free.
    { name: "cost_per_image", type: "text", pattern: "^\\d{1,5}(\\.\\d{1,6})?$" },
    // Further names.
    { name: "aliases", type: "json", maxSize: 5000 },
    { name: "endpoint", type: "text", max: 200 },
    { name: "status", type: "select", maxSelect: 1, values: ["active", "deprecated", "retired"] },
    { name: "replaced_by", type: "text", max: 200 },
    { name: "note", type: "text", max: 1000 },
    // The id of the superuser who changed it last.
    { name: "changed_by", type: "text", max: 50 },
    ...TIMES,
  ],
  indexes: ["CREATE UNIQUE INDEX `idx_model_overrides_model` ON `model_overrides` (`model`)"],
};

/** Who changed which override, from what to what. Only the server writes it, and only by adding. */
const modelChanges: CollectionDefinition = {
  name: "model_changes",
  type: "base",
  fields: [
    { name: "model", type: "text", required: true, max: 200 },
    {
      name: "action",
      type: "select",
      required: true,
      maxSelect: 1,
      values: ["create", "update", "delete"],
    },
    { name: "before", type: "json", maxSize: 20_000 },
    { name: "after", type: "json", maxSize: 20_000 },
    { name: "changed_by", type: "text", max: 50 },
    { name: "created", type: "autodate", onCreate: true },
  ],
  indexes: ["CREATE INDEX `idx_model_changes_model` ON `model_changes` (`model`, `created`)"],
};

const credits: CollectionDefinition = {
  name: "credits",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  fields: [
    OWNER,
    // Whole credits: to be spent, and set aside for jobs that are not over.
    { name: "balance", type: "number", onlyInt: true, min: 0 },
    { name: "held", type: "number", onlyInt: true, min: 0 },
    ...TIMES,
  ],
  indexes: ["CREATE UNIQUE INDEX `idx_credits_user` ON `credits` (`user_id`)"],
};

const creditLedger: CollectionDefinition = {
  name: "credit_ledger",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  fields: [
    OWNER,
    {
      name: "kind",
      type: "select",
      required: true,
      maxSelect: 1,
      values: ["grant", "hold", "release"],
    },
    // What it changed, and what there was after it.
    { name: "delta", type: "number", onlyInt: true },
    { name: "balance", type: "number", onlyInt: true, min: 0 },
    { name: "reason", type: "text", max: 500 },
    { name: "job_id", type: "text", max: 15 },
    // The superuser.
    { name: "by", type: "text", hidden: true, max: 50 },
    { name: "idempotency_key", type: "text", hidden: true, max: 255 },
    ...TIMES,
  ],
  indexes: [
    "CREATE INDEX `idx_credit_ledger_user_created` ON `credit_ledger` (`user_id`, `created`)",
    "CREATE UNIQUE INDEX `idx_credit_ledger_key` ON `credit_ledger` (`idempotency_key`) WHERE `idempotency_key` != ''",
  ],
};

const webhooks: CollectionDefinition = {
  name: "webhooks",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  fields: [
    OWNER,
    { name: "url", type: "text", required: true, max: 2000 },
    // Empty for all.
    {
      name: "events",
      type: "select",
      maxSelect: 6,
      values: [
        "job.created",
        "job.succeeded",
        "job.failed",
        "job.canceled",
        "job.expired",
        "credits.changed",
      ],
    },
    { name: "description", type: "text", max: 200 },
    { name: "active", type: "bool" },
    // Sealed with the server's key.
    { name: "secret", type: "text", hidden: true, max: 500 },
    // Calls in a row that were given up, and why that switched it off.
    { name: "failures", type: "number", hidden: true, onlyInt: true, min: 0 },
    { name: "disabled_reason", type: "text", max: 500 },
    ...TIMES,
  ],
  indexes: ["CREATE INDEX `idx_webhooks_user` ON `webhooks` (`user_id`)"],
};

const webhookDeliveries: CollectionDefinition = {
  name: "webhook_deliveries",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  fields: [
    OWNER,
    {
      name: "webhook_id",
      type: "relation",
      to: "webhooks",
      required: true,
      cascadeDelete: true,
      maxSelect: 1,
    },
    { name: "event", type: "text", required: true, max: 50 },
    { name: "event_id", type: "text", required: true, max: 50 },
    { name: "payload", type: "json", maxSize: 200_000 },
    {
      name: "state",
      type: "select",
      required: true,
      maxSelect: 1,
      values: ["pending", "delivered", "dead"],
    },
    { name: "attempts", type: "number", onlyInt: true, min: 0 },
    { name: "next_attempt_at", type: "date" },
    { name: "last_attempt_at", type: "date" },
    // HTTP status of the last answer; 0 when none came.
    { name: "status", type: "number", onlyInt: true, min: 0 },
    { name: "error", type: "text", max: 500 },
    { name: "redelivery_of", type: "text", max: 15 },
    ...TIMES,
  ],
  indexes: [
    "CREATE INDEX `idx_webhook_deliveries_due` ON `webhook_deliveries` (`state`, `next_attempt_at`)",
    "CREATE INDEX `idx_webhook_deliveries_webhook` ON `webhook_deliveries` (`webhook_id`, `created`)",
  ],
};

const providerTokens: CollectionDefinition = {
  name: "provider_tokens",
  type: "base",
  listRule: OWN,
  viewRule: OWN,
  fields: [
    OWNER,
    { name: "provider", type: "text", required: true, max: 50 },
    // Encrypted under the user's password, as `fal_token` of the account.
    { name: "secret", type: "text", hidden: true, max: 4096 },
    { name: "auto_session", type: "bool" },
    { name: "label", type: "text", max: 100 },
    // The first eight hex digits of its SHA-256.
    { name: "fingerprint", type: "text", max: 8 },
    ...TIMES,
  ],
  indexes: [
    "CREATE UNIQUE INDEX `idx_provider_tokens_user_provider` ON `provider_tokens` (`user_id`, `provider`)",
  ],
};

export const collections: readonly CollectionDefinition[] = [
  generatioUsers,
  folders,
  modelPreferences,
  jobs,
  images,
  usageLedger,
  budgets,
  uploads,
  moderationRules,
  moderationEvents,
  modelOverrides,
  modelChanges,
  credits,
  creditLedger,
  webhooks,
  webhookDeliveries,
  providerTokens,
];
