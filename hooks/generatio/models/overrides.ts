import {
  type App,
  forbidden,
  problem,
  type RecordEvent,
  type RecordModel,
  type RecordRequestEvent,
  ValidationError,
} from "generatio";
import type { Product } from "../product.ts";
import { fromDollars } from "../spending/money.ts";
import type { Catalogue, ModelOverride } from "./catalogue.ts";

const OVERRIDES = "model_overrides";
/** Every change of an override, with who made it; nobody can write it. */
const CHANGES = "model_changes";

const AUDITED = ["model", "cost_per_image", "aliases", "endpoint", "status", "replaced_by", "note"];

/** Superusers change prices, names and states of models in a collection; it counts at once, and is written down. */
export function bindModelHooks(product: Product): void {
  const { app, catalogue } = product;
  app.onRecordValidate(OVERRIDES).bind({
    id: "genValidateModelOverride",
    func: (event) => {
      check(catalogue, event.record);
      return event.next();
    },
  });
  for (const request of [
    app.onRecordCreateRequest(OVERRIDES),
    app.onRecordUpdateRequest(OVERRIDES),
    app.onRecordDeleteRequest(OVERRIDES),
  ]) {
    request.bind({ id: "genWhoChangesModel", func: noteAuthor });
  }
  app.onRecordCreate(OVERRIDES).bind(auditing("create"));
  app.onRecordUpdate(OVERRIDES).bind(auditing("update"));
  app.onRecordDelete(OVERRIDES).bind(auditing("delete"));
  const reload = {
    id: "genUseModelOverrides",
    func: async (event: RecordEvent) => {
      await useModelOverrides(product);
      await event.next();
    },
  };
  app.onRecordAfterCreateSuccess(OVERRIDES).bind(reload);
  app.onRecordAfterUpdateSuccess(OVERRIDES).bind(reload);
  app.onRecordAfterDeleteSuccess(OVERRIDES).bind(reload);
  protectChanges(app);
}

/** Reads what superusers have changed. To be called at the start, too. */
export async function useModelOverrides({ app, catalogue }: Product): Promise<void> {
  const records = await app.findRecordsByFilter(OVERRIDES, "");
  catalogue.use(records.map(toOverride));
}

function toOverride(record: RecordModel): ModelOverride {
  const text = (name: string) => record.getString(name);
  return {
    id: text("model"),
    changedOn: text("updated").slice(0, 10),
    ...(text("cost_per_image") === ""
      ? {}
      : { price: fromDollars(Number(text("cost_per_image"))) }),
    ...(text("endpoint") === "" ? {} : { endpoint: text("endpoint") }),
    ...(text("replaced_by") === "" ? {} : { replacedBy: text("replaced_by") }),
    ...(text("status") === "" ? {} : { status: text("status") as "active" }),
    aliases: aliasesOf(record) ?? [],
  };
}

/** @returns undefined when it is no list of names */
function aliasesOf(record: RecordModel): readonly string[] | undefined {
  const aliases = record.getJson("aliases") ?? [];
  const isList =
    Array.isArray(aliases) &&
    aliases.every((alias) => typeof alias === "string" && /^\S{1,200}$/.test(alias));
  return isList ? (aliases as string[]) : undefined;
}

/** @throws ValidationError when it says something impossible */
function check(catalogue: Catalogue, record: RecordModel): void {
  const id = record.getString("model");
  if (!catalogue.isChangeable(id)) {
    refuse("model", "validation_unknown_model", "There is no such model.");
  }
  const aliases = aliasesOf(record);
  if (!aliases) refuse("aliases", "validation_invalid_list", "Must be a list of names.");
  for (const name of [...aliases, record.getString("endpoint")].filter(Boolean)) {
    const owner = catalogue.ownerOf(name, id);
    if (owner !== undefined) {
      const field = aliases.includes(name) ? "aliases" : "endpoint";
      refuse(field, "validation_not_unique", `${name} is a name of ${owner}.`);
    }
  }
  const replacement = record.getString("replaced_by");
  if (replacement !== "" && (replacement === id || !catalogue.find(replacement))) {
    refuse("replaced_by", "validation_unknown_model", "Must be another model on offer.");
  }
}

function noteAuthor(event: RecordRequestEvent): Promise<void> {
  event.record.set("changed_by", event.auth?.id ?? "");
  return event.next();
}

/** Writes a change and the record of it together. */
function auditing(action: "create" | "update" | "delete") {
  return {
    id: "genAuditModelOverride",
    func: async (event: RecordEvent) => {
      const { record } = event;
      const before = action === "create" ? null : factsOf((name) => record.originalValue(name));
      const after = action === "delete" ? null : factsOf((name) => record.get(name));
      const outer = event.app;
      try {
        await outer.runInTransaction(async (tx) => {
          event.app = tx;
          await event.next();
          const facts = { model: record.getString("model"), action, before, after };
          await tx.save(
            tx.newRecord(CHANGES, { ...facts, changed_by: record.getString("changed_by") }),
          );
        });
      } finally {
        event.app = outer;
      }
    },
  };
}

function factsOf(read: (name: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(AUDITED.map((name) => [name, read(name)]));
}

function protectChanges(app: App): void {
  for (const request of [
    app.onRecordCreateRequest(CHANGES),
    app.onRecordUpdateRequest(CHANGES),
    app.onRecordDeleteRequest(CHANGES),
  ]) {
    request.bind({
      id: "genKeepModelChanges",
      func: () => {
        throw forbidden("What was changed about models is only added to, by the server.");
      },
    });
  }
}

function refuse(field: string, code: string, message: string): never {
  throw new ValidationError({ [field]: problem(code, message) });
}
