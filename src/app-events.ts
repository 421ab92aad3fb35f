import type { App } from "./app.ts";
import { HookEvent } from "./events/hook.ts";
import type { Router } from "./http/router.ts";
import type { UIExtension } from "./http/ui-extensions.ts";

export class BootstrapEvent extends HookEvent {
  app: App;

  constructor(app: App) {
    super();
    this.app = app;
  }
}

/** The last chance to add routes and middlewares; `next()` closes the router. */
export class ServeEvent extends HookEvent {
  app: App;
  readonly router: Router;
  /** Lines for whoever starts the server on a terminal; an extension adds its own. */
  readonly notes: string[] = [];
  /** Pages that extensions add to the admin UI (PocketBase: ServeEvent.UIExtensions). */
  readonly uiExtensions: UIExtension[] = [];

  constructor(app: App, router: Router) {
    super();
    this.app = app;
    this.router = router;
  }
}

export class TerminateEvent extends HookEvent {
  app: App;
  readonly isRestart: boolean;

  constructor(app: App, isRestart: boolean) {
    super();
    this.app = app;
    this.isRestart = isRestart;
  }
}
