import type { App } from "../../../app.ts";
import type { RequestEvent } from "../../../http/event.ts";
import { checkObject, length, required } from "../../../lib/checks.ts";
import {
  badRequest,
  type ErrorTree,
  notFound,
  problem,
  ValidationError,
} from "../../../lib/errors.ts";
import { integerIn, readForm, readValues, requireValid } from "../../form.ts";
import { type ApiKeyRow, createKey, listKeys, revokeKey } from "../api-keys.ts";
import { describeScope, type KeyScope, readScope } from "../api-key-scope.ts";
import { requireExtra, requireOwn } from "./context.ts";

const MAX_KEYS = 100;
/** Of a key for which no days are asked. */
const DEFAULT_DAYS = 90;

/** GET api-keys: the caller's own. */
export async function listApiKeys(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "apiKeys");
  const keys = await listKeys(event.app, requireOwn(event, collection));
  await event.json(200, { items: keys.map((row) => describe(event.app, row)) });
}

/** POST api-keys: a new one of the caller; its text is in this answer only. */
export async function createApiKey(event: RequestEvent): Promise<void> {
  const { app } = event;
  const { collection, options } = await requireExtra(event, "apiKeys");
  const owner = requireOwn(event, collection);
  const { name } = await readForm(event, ["name"]);
  const values = await readValues(event);
  const days = integerIn(values.get("days")) || Math.min(DEFAULT_DAYS, options.maxDays);
  const { scope, errors } = scopeOf(app, Object.fromEntries(values));
  requireValid({
    ...checkObject({ name }, { name: [required, length(1, 100)] }),
    ...(days >= 1 && days <= options.maxDays ? {} : { days: outOf(options.maxDays) }),
    ...errors,
  });
  if ((await listKeys(app, owner)).length >= MAX_KEYS)
    throw badRequest(`There are ${MAX_KEYS} API keys already: revoke one first.`);
  const { row, key } = await createKey(app, owner, { name, scope, days });
  await event.json(200, { ...describe(app, row), key });
}

/** DELETE api-keys/{id}: one of the caller's; it ends at once. */
export async function revokeApiKey(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "apiKeys");
  const owner = requireOwn(event, collection);
  if (!(await revokeKey(event.app, owner, event.params["id"] ?? ""))) throw notFound();
  await event.noContent();
}

function scopeOf(
  app: App,
  values: Readonly<Record<string, unknown>>,
): { readonly scope: KeyScope; readonly errors: ErrorTree } {
  try {
    return { scope: readScope(app, values), errors: {} };
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return { scope: { collections: [], actions: [], routes: [] }, errors: error.errors };
  }
}

function outOf(max: number) {
  return problem("validation_days_out_of_range", `Must be between 1 and ${max}`, { min: 1, max });
}

function describe(app: App, row: ApiKeyRow): Record<string, unknown> {
  const { id, name, hint, created, expires, lastUsed } = row;
  const scope = describeScope(app, JSON.parse(row.scope) as KeyScope);
  return { id, name, hint, ...scope, created, expires, lastUsed };
}
