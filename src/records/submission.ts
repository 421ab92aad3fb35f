import type { App } from "../app.ts";
import { type ErrorTree, problem, ValidationError } from "../lib/errors.ts";
import type { RecordModel } from "./record.ts";
import { saveRecord } from "./save.ts";

/** What the sender of a record may change beside ordinary fields (PocketBase: forms.RecordUpsert). */
export type AccessLevel =
  | "default"
  /** The collection's manage rule matched: e-mail, verified state and password without the old one. */
  | "manager"
  /** Hidden fields too. */
  | "superuser";

/** One submitted create or update of a record. */
export class Submission {
  record: RecordModel;
  access: AccessLevel = "default";
  #password = "";
  #passwordConfirm = "";
  #oldPassword = "";

  constructor(record: RecordModel) {
    this.record = record;
  }

  get hasManageAccess(): boolean {
    return this.access !== "default";
  }

  /** Puts the values into the record; keys that are no fields are ignored. */
  load(values: Readonly<Record<string, unknown>>): void {
    const isAuth = this.record.collection.isAuth;
    if (isAuth) {
      this.#password = asText(values["password"]) ?? this.#password;
      this.#passwordConfirm = asText(values["passwordConfirm"]) ?? this.#passwordConfirm;
      this.#oldPassword = asText(values["oldPassword"]) ?? this.#oldPassword;
    }
    for (const [key, value] of Object.entries(values)) {
      if (key === "expand" || (isAuth && (key === "passwordConfirm" || key === "oldPassword")))
        continue;
      const field = this.record.setField(key, value);
      if (field?.hidden && this.access !== "superuser" && !(isAuth && field.name === "password")) {
        this.record.setRaw(field.name, this.record.originalValue(field.name));
      }
    }
  }

  /**
   * Checks what only the form knows, then saves.
   *
   * @throws ValidationError by field name
   */
  async submit(app: App): Promise<void> {
    const { collection } = this.record;
    if (collection.isAuth) await this.#checkAuthFields(app);
    await saveRecord(app, this.record, { validate: true });
  }

  async #checkAuthFields(app: App): Promise<void> {
    const { record } = this;
    const errors: ErrorTree = {};
    const original = record.original();
    if (
      !record.isNew &&
      !this.hasManageAccess &&
      record.getString("email") !== original.getString("email")
    ) {
      errors["email"] = MISMATCH;
    }
    if (!this.hasManageAccess && record.getBool("verified") !== original.getBool("verified")) {
      errors["verified"] = MISMATCH;
    }
    if (!app.auth.hasPasswordFromCode(record, this.#password))
      await this.#checkPasswords(app, errors);
    if (Object.keys(errors).length > 0) throw new ValidationError(errors);
  }

  async #checkPasswords(app: App, errors: ErrorTree): Promise<void> {
    const { record } = this;
    const [password, confirm, old] = [this.#password, this.#passwordConfirm, this.#oldPassword];
    if (password === "" && (record.isNew || confirm !== "" || old !== ""))
      errors["password"] = REQUIRED;
    if (confirm === "" && (record.isNew || password !== "" || old !== ""))
      errors["passwordConfirm"] = REQUIRED;
    else if (confirm !== password) errors["passwordConfirm"] = MISMATCH;
    if (record.isNew || this.hasManageAccess || (password === "" && confirm === "")) return;
    if (old === "") errors["oldPassword"] = REQUIRED;
    else if (!(await app.auth.verifyPassword(record.original(), old))) {
      errors["oldPassword"] = problem(
        "validation_invalid_old_password",
        "Missing or invalid old password.",
      );
    }
  }
}

const REQUIRED = problem("validation_required", "Cannot be blank.");
const MISMATCH = problem("validation_values_mismatch", "Values don't match.");

function asText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
