import type { App } from "../app.ts";
import { HookEvent } from "./hook.ts";

/** Anything the engine saves as a row: records, collections, params, logs. */
export interface Model {
  /** The row's table. */
  readonly tableName: string;
  readonly isNew: boolean;
  /** The row exists now; the id it is stored under may have changed. */
  markSaved(): void;
  /** The row that was made is gone again (rolled back). */
  markNew(): void;
  /** A change of the row may have been rolled back. */
  markUnsure?(): void;
  /** Tags for bound handlers; the table name when absent. */
  tags?(): readonly string[];
}

export type ModelAction = "create" | "update" | "delete" | "validate";

/** Event of the `onModel…` hooks (PocketBase: core.ModelEvent). */
export class ModelEvent extends HookEvent {
  app: App;
  model: Model;
  readonly type: ModelAction;

  constructor(app: App, model: Model, type: ModelAction) {
    super();
    this.app = app;
    this.model = model;
    this.type = type;
  }

  tags(): readonly string[] {
    return this.model.tags?.() ?? [this.model.tableName];
  }
}

export class ModelErrorEvent extends ModelEvent {
  error: unknown;

  constructor(app: App, model: Model, type: ModelAction, error: unknown) {
    super(app, model, type);
    this.error = error;
  }
}
