import { App } from "../app.ts";
import { findByEmail } from "../auth/identity.ts";
import { SUPERUSERS } from "../auth/superusers.ts";
import { ValidationError } from "../lib/errors.ts";
import { isEmail } from "../lib/email.ts";
import { parseCommandLine } from "./flags.ts";
import { dataOptions } from "./folders.ts";
import { UsageError } from "./usage.ts";

const ACTIONS: Readonly<Record<string, (app: App, email: string, password: string) => Promise<string>>> = {
  upsert: async (app, email, password) => {
    await saveSuperuser(app, email, password, { mayCreate: true, mayUpdate: true });
    return `Saved superuser ${email}.`;
  },
  create: async (app, email, password) => {
    await saveSuperuser(app, email, password, { mayCreate: true, mayUpdate: false });
    return `Created superuser ${email}.`;
  },
  update: async (app, email, password) => {
    await saveSuperuser(app, email, password, { mayCreate: false, mayUpdate: true });
    return `Changed the password of superuser ${email}.`;
  },
  delete: async (app, email) => {
    const record = await findByEmail(app, app.findCollection(SUPERUSERS), email);
    if (record) await app.delete(record);
    return record ? `Deleted superuser ${email}.` : `There is no superuser ${email}.`;
  },
};

/** Creates, changes and deletes superusers without a running server. */
export async function superuser(words: readonly string[]): Promise<void> {
  const line = parseCommandLine(words);
  const [name = "", email = "", password = ""] = line.words;
  const action = ACTIONS[name];
  if (!action) throw new UsageError(`superuser needs one of: ${Object.keys(ACTIONS).join(", ")}.`);
  if (!isEmail(email)) throw new UsageError("Missing or invalid email address.");
  if (name !== "delete" && password === "") throw new UsageError("Missing password.");
  const app = new App(dataOptions(line));
  await app.bootstrap();
  try {
    console.log(await action(app, email, password));
  } finally {
    await app.terminate();
  }
}

async function saveSuperuser(
  app: App,
  email: string,
  password: string,
  allowed: { readonly mayCreate: boolean; readonly mayUpdate: boolean },
): Promise<void> {
  const collection = app.findCollection(SUPERUSERS);
  const existing = await findByEmail(app, collection, email);
  if (existing && !allowed.mayUpdate) throw new Error(`Superuser ${email} exists already.`);
  if (!existing && !allowed.mayCreate) throw new Error(`There is no superuser ${email}.`);
  const record = existing ?? app.newRecord(collection, { email });
  record.set("password", password);
  try {
    await app.save(record);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new Error(`The superuser was not saved: ${describe(error)}`, { cause: error });
  }
}

function describe(error: ValidationError): string {
  return Object.entries(error.errors)
    .map(([field, leaf]) => `${field}: ${String(leaf["message"] ?? JSON.stringify(leaf))}`)
    .join(" ");
}
