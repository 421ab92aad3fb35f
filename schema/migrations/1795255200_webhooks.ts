import { type App, importCollections } from "generatio";

/** Addresses of users that are told of what happens, and what they were told. */
export const up = async (app: App): Promise<void> => {
  const usersId = app.findCollection("generatio_users").id;
  await add(app, webhooksFor(usersId));
  await add(app, deliveriesFor(usersId, app.findCollection("webhooks").id));
};

/** Takes them away with what is in them. */
export const down = async (app: App): Promise<void> => {
  for (const name of ["webhook_deliveries", "webhooks"]) await app.delete(app.findCollection(name));
};

async function add(app: App, definition: ReturnType<typeof webhooksFor>): Promise<void> {
  const existing = app.collections.find(definition.name);
  const missing = definition.fields.filter(({ name }) => !existing?.findField(name));
  const entry = existing ? { id: existing.id, fields: missing } : definition;
  await importCollections(app, [entry], false);
}

const OWN = '@request.auth.id != "" && user_id = @request.auth.id';

interface FieldEntry {
  readonly name: string;
  readonly [option: string]: unknown;
}

const TIMES: readonly FieldEntry[] = [
  { name: "created", type: "autodate", onCreate: true },
  { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
];

const EVENTS = [
  "job.created",
  "job.succeeded",
  "job.failed",
  "job.canceled",
  "job.expired",
  "credits.changed",
];

function belongsTo(name: string, collectionId: string): FieldEntry {
  return {
    name,
    type: "relation",
    collectionId,
    required: true,
    cascadeDelete: true,
    maxSelect: 1,
  };
}

function webhooksFor(usersId: string) {
  const fields: FieldEntry[] = [
    belongsTo("user_id", usersId),
    { name: "url", type: "text", required: true, max: 2000 },
    { name: "events", type: "select", maxSelect: EVENTS.length, values: EVENTS },
    { name: "description", type: "text", max: 200 },
    { name: "active", type: "bool" },
    { name: "secret", type: "text", hidden: true, max: 500 },
    { name: "failures", type: "number", hidden: true, onlyInt: true, min: 0 },
    { name: "disabled_reason", type: "text", max: 500 },
    ...TIMES,
  ];
  return {
    name: "webhooks",
    type: "base",
    listRule: OWN,
    viewRule: OWN,
    fields,
    indexes: ["CREATE INDEX `idx_webhooks_user` ON `webhooks` (`user_id`)"],
  };
}

function deliveriesFor(usersId: string, webhooksId: string) {
  const fields: FieldEntry[] = [
    belongsTo("user_id", usersId),
    belongsTo("webhook_id", webhooksId),
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
    { name: "status", type: "number", onlyInt: true, min: 0 },
    { name: "error", type: "text", max: 500 },
    { name: "redelivery_of", type: "text", max: 15 },
    ...TIMES,
  ];
  return {
    name: "webhook_deliveries",
    type: "base",
    listRule: OWN,
    viewRule: OWN,
    fields,
    indexes: [
      "CREATE INDEX `idx_webhook_deliveries_due` ON `webhook_deliveries` (`state`, `next_attempt_at`)",
      "CREATE INDEX `idx_webhook_deliveries_webhook` ON `webhook_deliveries` (`webhook_id`, `created`)",
    ],
  };
}
