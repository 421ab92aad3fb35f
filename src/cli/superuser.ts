import { App } from "../app.ts";
import { findByEmail } from "../auth/identity.ts";
import { createOtp, newOtpPassword } from "../auth/otp.ts";
import { SUPERUSERS } from "../auth/superusers.ts";
import { isEmail } from "../lib/email.ts";
import { type ErrorTree, isLeaf, ValidationError } from "../lib/errors.ts";
import { currentSettings } from "../settings/store.ts";
import { parseCommandLine } from "./flags.ts";
import { dataOptions } from "./folders.ts";
import { UsageError } from "./usage.ts";

interface Action {
  /** Problem with the words after the action's name, if there is one. */
  readonly check: (words: readonly string[]) => string | undefined;
  /** @returns what to tell */
  readonly run: (app: App, words: readonly string[]) => Promise<string>;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  upsert: {
    check: checkEmailAndPassword,
    run: async (app, [email = "", password = ""]) => {
      await saveSuperuser(app, email, password, { mayCreate: true, mayUpdate: true });
      return `Saved superuser ${email}.`;
    },
  },
  create: {
    check: checkEmailAndPassword,
    run: async (app, [email = "", password = ""]) => {
      await saveSuperuser(app, email, password, { mayCreate: true, mayUpdate: false });
      return `Created superuser ${email}.`;
    },
  },
  update: {
    check: checkEmailAndPassword,
    run: async (app, [email = "", password = ""]) => {
      await saveSuperuser(app, email, password, { mayCreate: false, mayUpdate: true });
      return `Changed the password of superuser ${email}.`;
    },
  },
  delete: {
    check: checkEmail,
    run: async (app, [email = ""]) => {
      const record = await findByEmail(app, app.findCollection(SUPERUSERS), email);
      if (record) await app.delete(record);
      return record ? `Deleted superuser ${email}.` : `There is no superuser ${email}.`;
    },
  },
  otp: { check: checkEmail, run: (app, [email = ""]) => makeOtp(app, email) },
  ips: { check: () => undefined, run: saveAddresses },
};

/** Manages superusers, and the addresses they may come from, without a running server. */
export async function superuser(words: readonly string[]): Promise<void> {
  const line = parseCommandLine(words);
  const [name = "", ...rest] = line.words;
  const action = ACTIONS[name];
  if (!action) throw new UsageError(`superuser needs one of: ${Object.keys(ACTIONS).join(", ")}.`);
  const problem = action.check(rest);
  if (problem) throw new UsageError(problem);
  const app = new App(dataOptions(line));
  await app.bootstrap();
  try {
    console.log(await action.run(app, rest));
  } finally {
    await app.terminate();
  }
}

function checkEmail([email = ""]: readonly string[]): string | undefined {
  return isEmail(email) ? undefined : "Missing or invalid email address.";
}

function checkEmailAndPassword(words: readonly string[]): string | undefined {
  return checkEmail(words) ?? (words[1] ? undefined : "Missing password.");
}

/** For a superuser who cannot receive mails: the one-time password is told here. */
async function makeOtp(app: App, email: string): Promise<string> {
  const collection = app.findCollection(SUPERUSERS);
  const record = await findByEmail(app, collection, email);
  if (!record) throw new Error(`There is no superuser ${email}.`);
  const { otp: options } = collection.auth!;
  if (!options.enabled) throw new Error("OTP auth is not enabled for the _superusers collection.");
  const password = newOtpPassword(options.length);
  const otp = await createOtp(app, record, password);
  return `One-time password of superuser ${email}:\n├─ Id:    ${otp.id}\n├─ Pass:  ${password}\n└─ Valid: ${options.duration}s`;
}

/** @param addresses addresses and subnets; none lifts the restriction */
async function saveAddresses(app: App, addresses: readonly string[]): Promise<string> {
  const settings = currentSettings(app);
  settings.data.superuserIPs = [...addresses];
  await orDescribe("The addresses were not saved", () => app.save(settings));
  if (addresses.length === 0) return "Superusers may come from any address.";
  return `Superusers may come from: ${addresses.join(", ")}`;
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
  await orDescribe("The superuser was not saved", () => app.save(record));
}

async function orDescribe(what: string, save: () => Promise<void>): Promise<void> {
  try {
    await save();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new Error(`${what}: ${describe(error.errors)}`, { cause: error });
  }
}

function describe(errors: ErrorTree): string {
  return Object.entries(errors)
    .map(([key, node]) => `${key}: ${isLeaf(node) ? node.message : describe(node)}`)
    .join(" ");
}
