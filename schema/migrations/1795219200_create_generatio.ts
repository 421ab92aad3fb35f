import { type App, importCollections, newCollection } from "generatio";

/**
 * Creates the collections of the image product. One that exists already is adopted: its own fields, rules
 * and data stay as they are, and only missing fields are added.
 */
export const up = async (app: App): Promise<void> => {
  const ids = new Map(COLLECTIONS.map((definition) => [definition.name, idOf(app, definition)]));
  const entries = COLLECTIONS.map((definition) => toEntry(app, definition, ids));
  await importCollections(app, entries, false);
};

/** Deletes them with their records. */
export const down = async (app: App): Promise<void> => {
  const names = COLLECTIONS.map((definition) => definition.name);
  // They refer to one another, and so do their rules: those go first.
  for (const name of names) {
    const collection = app.findCollection(name).clone();
    collection.fields = collection.fields.filter((field) => field.type !== "relation");
    collection.indexes = collection.indexes.filter((index) => !index.includes("_id"));
    for (const rule of RULES) collection[rule] = null;
    await app.save(collection);
  }
  for (const name of names) await app.delete(app.findCollection(name));
};

interface Definition {
  readonly name: string;
  readonly type: string;
  readonly fields: readonly FieldDefinition[];
  readonly [member: string]: unknown;
}

interface FieldDefinition {
  readonly name: string;
  /** The name of the collection that a relation leads to. */
  readonly to?: string;
  readonly [option: string]: unknown;
}

const RULES = ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"] as const;

function idOf(app: App, { name, type }: Definition): string {
  const existing = app.collections.find(name);
  if (existing && existing.type !== type) {
    throw new Error(`The collection ${name} exists and is not of type ${type}: rename it first.`);
  }
  return existing?.id ?? newCollection(type, name).id;
}

function toEntry(app: App, definition: Definition, ids: ReadonlyMap<string, string>) {
  const fields = definition.fields.map(({ to, ...field }) =>
    to === undefined ? field : { ...field, collectionId: ids.get(to) },
  );
  const existing = app.collections.find(definition.name);
  if (!existing) return { ...definition, fields };
  return { id: existing.id, fields: fields.filter((field) => !existing.findField(field.name)) };
}

// A migration is history: it keeps its own copy of what the collections were when it was written.
const COLLECTIONS: readonly Definition[] = [
  {
    name: "generatio_users",
    type: "auth",
    listRule: "id = @request.auth.id",
    viewRule: "id = @request.auth.id",
    createRule: "",
    updateRule: "id = @request.auth.id",
    deleteRule: "id = @request.auth.id",
    fields: [
      {
        name: "fal_token",
        type: "text",
        hidden: true,
        max: 4096,
      },
      {
        name: "auto_session",
        type: "bool",
      },
      {
        name: "financial_data",
        type: "json",
      },
      {
        name: "model_preferences",
        type: "relation",
        to: "model_preferences",
        maxSelect: 999,
      },
      {
        name: "created",
        type: "autodate",
        onCreate: true,
      },
      {
        name: "updated",
        type: "autodate",
        onCreate: true,
        onUpdate: true,
      },
    ],
  },
  {
    name: "folders",
    type: "base",
    listRule: '@request.auth.id != "" && user_id = @request.auth.id && deleted_at = ""',
    viewRule: '@request.auth.id != "" && user_id = @request.auth.id && deleted_at = ""',
    createRule: '@request.auth.id != "" && user_id = @request.auth.id',
    updateRule: '@request.auth.id != "" && user_id = @request.auth.id',
    deleteRule: '@request.auth.id != "" && user_id = @request.auth.id && deleted_at = ""',
    fields: [
      {
        name: "name",
        type: "text",
        required: true,
        max: 255,
      },
      {
        name: "user_id",
        type: "relation",
        to: "generatio_users",
        required: true,
        cascadeDelete: true,
        maxSelect: 1,
      },
      {
        name: "parent_id",
        type: "relation",
        to: "folders",
        maxSelect: 1,
      },
      {
        name: "private",
        type: "bool",
      },
      {
        name: "deleted_at",
        type: "date",
      },
      {
        name: "name_key",
        type: "text",
        hidden: true,
        max: 1024,
      },
      {
        name: "created",
        type: "autodate",
        onCreate: true,
      },
      {
        name: "updated",
        type: "autodate",
        onCreate: true,
        onUpdate: true,
      },
    ],
    indexes: [
      "CREATE UNIQUE INDEX `idx_folders_name` ON `folders` (`user_id`, `parent_id`, `name_key`) WHERE `deleted_at` = ''",
      "CREATE INDEX `idx_folders_parent` ON `folders` (`parent_id`)",
    ],
  },
  {
    name: "model_preferences",
    type: "base",
    listRule: '@request.auth.id != "" && user_id = @request.auth.id',
    viewRule: '@request.auth.id != "" && user_id = @request.auth.id',
    createRule: '@request.auth.id != "" && user_id = @request.auth.id',
    updateRule: '@request.auth.id != "" && user_id = @request.auth.id',
    deleteRule: '@request.auth.id != "" && user_id = @request.auth.id',
    fields: [
      {
        name: "model_name",
        type: "text",
        required: true,
        max: 200,
      },
      {
        name: "preferences",
        type: "json",
        maxSize: 20000,
      },
      {
        name: "user_id",
        type: "relation",
        to: "generatio_users",
        required: true,
        cascadeDelete: true,
        maxSelect: 1,
      },
      {
        name: "created",
        type: "autodate",
        onCreate: true,
      },
      {
        name: "updated",
        type: "autodate",
        onCreate: true,
        onUpdate: true,
      },
    ],
    indexes: [
      "CREATE UNIQUE INDEX `idx_model_preferences_user_model` ON `model_preferences` (`user_id`, `model_name`)",
    ],
  },
  {
    name: "jobs",
    type: "base",
    listRule: '@request.auth.id != "" && user_id = @request.auth.id',
    viewRule: '@request.auth.id != "" && user_id = @request.auth.id',
    fields: [
      {
        name: "user_id",
        type: "relation",
        to: "generatio_users",
        required: true,
        cascadeDelete: true,
        maxSelect: 1,
      },
      {
        name: "state",
        type: "select",
        required: true,
        maxSelect: 1,
        values: ["queued", "running", "succeeded", "failed", "canceled", "expired", "unknown"],
      },
      {
        name: "provider",
        type: "text",
        required: true,
        max: 50,
      },
      {
        name: "model",
        type: "text",
        required: true,
        max: 200,
      },
      {
        name: "prompt",
        type: "text",
        required: true,
        max: 20000,
      },
      {
        name: "prompt_used",
        type: "text",
        max: 20000,
      },
      {
        name: "params",
        type: "json",
        maxSize: 50000,
      },
      {
        name: "folder_id",
        type: "relation",
        to: "folders",
        maxSelect: 1,
      },
      {
        name: "funding",
        type: "select",
        required: true,
        maxSelect: 1,
        values: ["byok"],
      },
      {
        name: "hold",
        type: "number",
        onlyInt: true,
        min: 0,
      },
      {
        name: "actual",
        type: "number",
        onlyInt: true,
        min: 0,
      },
      {
        name: "queue_position",
        type: "number",
        onlyInt: true,
        min: 0,
      },
      {
        name: "provider_request_id",
        type: "text",
        max: 500,
      },
      {
        name: "status_url",
        type: "text",
        hidden: true,
        max: 2000,
      },
      {
        name: "response_url",
        type: "text",
        hidden: true,
        max: 2000,
      },
      {
        name: "cancel_url",
        type: "text",
        hidden: true,
        max: 2000,
      },
      {
        name: "error_code",
        type: "text",
        max: 100,
      },
      {
        name: "error_message",
        type: "text",
        max: 2000,
      },
      {
        name: "error_info",
        type: "json",
        hidden: true,
        maxSize: 20000,
      },
      {
        name: "warnings",
        type: "json",
        maxSize: 20000,
      },
      {
        name: "idempotency_key",
        type: "text",
        hidden: true,
        max: 255,
      },
      {
        name: "request_hash",
        type: "text",
        hidden: true,
        max: 64,
      },
      {
        name: "finished_at",
        type: "date",
      },
      {
        name: "created",
        type: "autodate",
        onCreate: true,
      },
      {
        name: "updated",
        type: "autodate",
        onCreate: true,
        onUpdate: true,
      },
    ],
    indexes: [
      "CREATE INDEX `idx_jobs_user_created` ON `jobs` (`user_id`, `created`)",
      "CREATE INDEX `idx_jobs_state` ON `jobs` (`state`)",
      "CREATE UNIQUE INDEX `idx_jobs_idempotency` ON `jobs` (`user_id`, `idempotency_key`) WHERE `idempotency_key` != ''",
    ],
  },
  {
    name: "images",
    type: "base",
    listRule:
      '@request.auth.id != "" && user_id = @request.auth.id && deleted_at = "" && folder_id.deleted_at = ""',
    viewRule:
      '@request.auth.id != "" && user_id = @request.auth.id && deleted_at = "" && folder_id.deleted_at = ""',
    updateRule: '@request.auth.id != "" && user_id = @request.auth.id',
    deleteRule: '@request.auth.id != "" && user_id = @request.auth.id && deleted_at = ""',
    fields: [
      {
        name: "title",
        type: "text",
        max: 300,
      },
      {
        name: "url",
        type: "text",
        required: true,
        max: 2000,
      },
      {
        name: "user_id",
        type: "relation",
        to: "generatio_users",
        required: true,
        cascadeDelete: true,
        maxSelect: 1,
      },
      {
        name: "prompt",
        type: "text",
        required: true,
        max: 20000,
      },
      {
        name: "request_id",
        type: "text",
        max: 500,
      },
      {
        name: "model",
        type: "text",
        required: true,
        max: 200,
      },
      {
        name: "batch_number",
        type: "number",
        onlyInt: true,
        min: 0,
      },
      {
        name: "image_size",
        type: "json",
        maxSize: 1000,
      },
      {
        name: "other_info",
        type: "json",
        maxSize: 50000,
      },
      {
        name: "folder_id",
        type: "relation",
        to: "folders",
        maxSelect: 1,
      },
      {
        name: "deleted_at",
        type: "date",
      },
      {
        name: "file",
        type: "file",
        maxSelect: 1,
        maxSize: 33554432,
        mimeTypes: ["image/png", "image/jpeg", "image/webp"],
        thumbs: ["512x512f"],
      },
      {
        name: "width",
        type: "number",
        onlyInt: true,
        min: 0,
      },
      {
        name: "height",
        type: "number",
        onlyInt: true,
        min: 0,
      },
      {
        name: "mime",
        type: "text",
        max: 100,
      },
      {
        name: "bytes",
        type: "number",
        onlyInt: true,
        min: 0,
      },
      {
        name: "sha256",
        type: "text",
        max: 64,
      },
      {
        name: "provider",
        type: "text",
        max: 50,
      },
      {
        name: "job_id",
        type: "relation",
        to: "jobs",
        maxSelect: 1,
      },
      {
        name: "created",
        type: "autodate",
        onCreate: true,
      },
      {
        name: "updated",
        type: "autodate",
        onCreate: true,
        onUpdate: true,
      },
    ],
    indexes: [
      "CREATE INDEX `idx_images_user_created` ON `images` (`user_id`, `created`)",
      "CREATE INDEX `idx_images_folder` ON `images` (`folder_id`)",
      "CREATE INDEX `idx_images_job` ON `images` (`job_id`)",
    ],
  },
  {
    name: "usage_ledger",
    type: "base",
    listRule: '@request.auth.id != "" && user_id = @request.auth.id',
    viewRule: '@request.auth.id != "" && user_id = @request.auth.id',
    fields: [
      {
        name: "user_id",
        type: "relation",
        to: "generatio_users",
        required: true,
        cascadeDelete: true,
        maxSelect: 1,
      },
      {
        name: "day",
        type: "text",
        required: true,
        pattern: "^\\d{4}-\\d{2}-\\d{2}$",
      },
      {
        name: "provider",
        type: "text",
        required: true,
        max: 50,
      },
      {
        name: "model",
        type: "text",
        required: true,
        max: 200,
      },
      {
        name: "funding",
        type: "text",
        required: true,
        max: 50,
      },
      {
        name: "images",
        type: "number",
        onlyInt: true,
        min: 0,
      },
      {
        name: "cost_micros",
        type: "number",
        onlyInt: true,
        min: 0,
      },
      {
        name: "waste_micros",
        type: "number",
        onlyInt: true,
        min: 0,
      },
      {
        name: "created",
        type: "autodate",
        onCreate: true,
      },
      {
        name: "updated",
        type: "autodate",
        onCreate: true,
        onUpdate: true,
      },
    ],
    indexes: [
      "CREATE UNIQUE INDEX `idx_usage_ledger_row` ON `usage_ledger` (`user_id`, `day`, `provider`, `model`, `funding`)",
    ],
  },
];
