import type { App } from "../app.ts";
import { leadingError } from "../lib/errors.ts";
import type { Hook } from "./hook.ts";
import { type Model, type ModelAction, ModelErrorEvent, ModelEvent } from "./model.ts";

/** What saving or deleting one kind of model really does; the hooks are laid around it here. */
export interface ModelCore {
  /** The built-in checks; throws `ValidationError`. Not run by a save without validation. */
  validate?(app: App): Promise<void>;
  /** The statements. */
  execute(app: App): Promise<void>;
}

/**
 * Saves a model through its hooks in PocketBase's order (core/db.go): Create/Update, then Validate, then
 * Create/UpdateExecute, then the After… ones, which inside a transaction wait for its end.
 */
export async function saveModel(
  app: App,
  model: Model,
  core: ModelCore,
  options: { validate: boolean },
): Promise<void> {
  const action = model.isNew ? "create" : "update";
  await around(app, model, action, async (inner) => {
    if (options.validate) await validateModel(inner, model, core);
    const event = new ModelEvent(inner, model, action);
    const hook =
      action === "create" ? inner.events.onModelCreateExecute : inner.events.onModelUpdateExecute;
    await hook.trigger(event, async () => {
      await core.execute(event.app);
      model.markSaved();
    });
  });
}

/** Runs the Validate hooks around the built-in checks. */
export async function validateModel(app: App, model: Model, core: ModelCore): Promise<void> {
  const event = new ModelEvent(app, model, "validate");
  await app.events.onModelValidate.trigger(event, async () => core.validate?.(event.app));
}

export async function deleteModel(app: App, model: Model, core: ModelCore): Promise<void> {
  await around(app, model, "delete", async (inner) => {
    const event = new ModelEvent(inner, model, "delete");
    await inner.events.onModelDeleteExecute.trigger(event, () => core.execute(event.app));
  });
}

async function around(
  app: App,
  model: Model,
  action: Exclude<ModelAction, "validate">,
  core: (app: App) => Promise<void>,
): Promise<void> {
  const event = new ModelEvent(app, model, action);
  try {
    await hooksOf(app, action).start.trigger(event, () => core(event.app));
  } catch (error) {
    unmark(model, action);
    try {
      await afterError(app, model, action, error);
    } catch (later) {
      app.logger.error(`a failed ${action} failed once more after it`, { error: later });
      throw leadingError([error, later]);
    }
    throw error;
  }
  if (!app.isTransaction) {
    await hooksOf(app, action).success.trigger(new ModelEvent(event.app, model, action));
    return;
  }
  app.afterTransaction(async (outer, error) => {
    if (error === undefined) {
      await hooksOf(outer, action).success.trigger(new ModelEvent(outer, model, action));
      return;
    }
    unmark(model, action);
    await afterError(outer, model, action, error);
  });
}

function unmark(model: Model, action: ModelAction): void {
  if (action === "create") model.markNew();
  else model.markUnsure?.();
}

async function afterError(
  app: App,
  model: Model,
  action: Exclude<ModelAction, "validate">,
  error: unknown,
): Promise<void> {
  await hooksOf(app, action).error.trigger(new ModelErrorEvent(app, model, action, error));
}

interface ActionHooks {
  readonly start: Hook<ModelEvent>;
  readonly success: Hook<ModelEvent>;
  readonly error: Hook<ModelErrorEvent>;
}

function hooksOf(app: App, action: Exclude<ModelAction, "validate">): ActionHooks {
  const { events } = app;
  switch (action) {
    case "create":
      return {
        start: events.onModelCreate,
        success: events.onModelAfterCreateSuccess,
        error: events.onModelAfterCreateError,
      };
    case "update":
      return {
        start: events.onModelUpdate,
        success: events.onModelAfterUpdateSuccess,
        error: events.onModelAfterUpdateError,
      };
    case "delete":
      return {
        start: events.onModelDelete,
        success: events.onModelAfterDeleteSuccess,
        error: events.onModelAfterDeleteError,
      };
  }
}
