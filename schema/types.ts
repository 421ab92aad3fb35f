// Record types of schema/collections.ts: what the records API sends of each.

interface BaseRecord {
  id: string;
  collectionId: string;
  collectionName: string;
  /** `YYYY-MM-DD HH:MM:SS.mmmZ` */
  created: string;
  updated: string;
}

export interface GeneratioUsersRecord extends BaseRecord {
  email: string;
  emailVisibility: boolean;
  verified: boolean;
  auto_session: boolean;
  financial_data: unknown;
  model_preferences: string[];
  plan: "" | "free" | "pro" | "enterprise";
  settings: unknown;
}

export interface FoldersRecord extends BaseRecord {
  name: string;
  user_id: string;
  parent_id: string;
  private: boolean;
  deleted_at: string;
}

export interface ModelPreferencesRecord extends BaseRecord {
  model_name: string;
  preferences: unknown;
  user_id: string;
}

export interface JobsRecord extends BaseRecord {
  user_id: string;
  state: "queued" | "running" | "succeeded" | "failed" | "canceled" | "expired" | "unknown";
  provider: string;
  model: string;
  prompt: string;
  prompt_used: string;
  params: unknown;
  folder_id: string;
  funding: "byok" | "quota" | "credits" | "none";
  hold: number;
  actual: number;
  queue_position: number;
  provider_request_id: string;
  error_code: string;
  error_message: string;
  warnings: unknown;
  finished_at: string;
  submitted_at: string;
  batch_id: string;
  priority: number;
  retried_from: string;
  batch_index: number;
  price: number;
  task: "" | "generate" | "edit" | "upscale" | "remove-background" | "variations";
  inputs: unknown;
  tried: unknown;
  requested_model: string;
  moderation: unknown;
}

export interface ImagesRecord extends BaseRecord {
  title: string;
  url: string;
  user_id: string;
  prompt: string;
  request_id: string;
  model: string;
  batch_number: number;
  image_size: unknown;
  other_info: unknown;
  folder_id: string;
  deleted_at: string;
  file: string;
  width: number;
  height: number;
  mime: string;
  bytes: number;
  sha256: string;
  provider: string;
  job_id: string;
  prompt_used: string;
  blurhash: string;
  duplicate_of: string;
  nsfw: boolean;
  task: "" | "generate" | "edit" | "upscale" | "remove-background" | "variations";
  parent_id: string;
}

export interface UsageLedgerRecord extends BaseRecord {
  user_id: string;
  day: string;
  provider: string;
  model: string;
  funding: string;
  images: number;
  cost_micros: number;
  waste_micros: number;
}

export interface BudgetsRecord extends BaseRecord {
  user_id: string;
  window: "day" | "month";
  model: string;
  soft_micros: number;
  hard_micros: number;
}

export interface UploadsRecord extends BaseRecord {
  user_id: string;
  file: string;
  width: number;
  height: number;
  sha256: string;
  last_used: string;
}

export interface ModerationRulesRecord extends BaseRecord {
  pattern: string;
  action: "block" | "flag";
  note: string;
}

export interface ModerationEventsRecord extends Omit<BaseRecord, "updated"> {
  user_id: string;
  job_id: string;
  stage: "builtin" | "words" | "check" | "provider";
  action: "blocked" | "flagged";
  categories: unknown;
  prompt_sha256: string;
}

export interface ModelOverridesRecord extends BaseRecord {
  model: string;
  /** US dollars as a decimal; empty for the catalogue's own. */
  cost_per_image: string;
  aliases: unknown;
  endpoint: string;
  status: "" | "active" | "deprecated" | "retired";
  replaced_by: string;
  note: string;
  changed_by: string;
}

export interface ModelChangesRecord extends Omit<BaseRecord, "updated"> {
  model: string;
  action: "create" | "update" | "delete";
  before: unknown;
  after: unknown;
  changed_by: string;
}

export interface CreditsRecord extends BaseRecord {
  user_id: string;
  balance: number;
  held: number;
}

export interface CreditLedgerRecord extends BaseRecord {
  user_id: string;
  kind: "grant" | "hold" | "release";
  delta: number;
  balance: number;
  reason: string;
  job_id: string;
}

export interface WebhooksRecord extends BaseRecord {
  user_id: string;
  url: string;
  events: (
    | "job.created"
    | "job.succeeded"
    | "job.failed"
    | "job.canceled"
    | "job.expired"
    | "credits.changed"
  )[];
  description: string;
  active: boolean;
  disabled_reason: string;
}

export interface WebhookDeliveriesRecord extends BaseRecord {
  user_id: string;
  webhook_id: string;
  event: string;
  event_id: string;
  payload: unknown;
  state: "pending" | "delivered" | "dead";
  attempts: number;
  next_attempt_at: string;
  last_attempt_at: string;
  status: number;
  error: string;
  redelivery_of: string;
}

export interface ProviderTokensRecord extends BaseRecord {
  user_id: string;
  provider: string;
  auto_session: boolean;
  label: string;
  fingerprint: string;
}

/** Record types by collection name. */
export interface CollectionRecords {
  generatio_users: GeneratioUsersRecord;
  folders: FoldersRecord;
  model_preferences: ModelPreferencesRecord;
  jobs: JobsRecord;
  images: ImagesRecord;
  usage_ledger: UsageLedgerRecord;
  budgets: BudgetsRecord;
  uploads: UploadsRecord;
  moderation_rules: ModerationRulesRecord;
  moderation_events: ModerationEventsRecord;
  model_overrides: ModelOverridesRecord;
  model_changes: ModelChangesRecord;
  credits: CreditsRecord;
  credit_ledger: CreditLedgerRecord;
  webhooks: WebhooksRecord;
  webhook_deliveries: WebhookDeliveriesRecord;
  provider_tokens: ProviderTokensRecord;
}
