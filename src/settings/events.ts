import type { App } from "../app.ts";
import { HookEvent } from "../events/hook.ts";
import { RequestEvent } from "../http/event.ts";
import type { Settings } from "./settings.ts";

/** GET settings: `settings` is a copy that may be changed before it is sent. */
export class SettingsListRequestEvent extends RequestEvent {
  settings: Settings;

  constructor(request: RequestEvent, settings: Settings) {
    super(request.state);
    this.app = request.app;
    this.settings = settings;
  }
}

export class SettingsUpdateRequestEvent extends RequestEvent {
  readonly oldSettings: Settings;
  newSettings: Settings;

  constructor(request: RequestEvent, oldSettings: Settings, newSettings: Settings) {
    super(request.state);
    this.app = request.app;
    this.oldSettings = oldSettings;
    this.newSettings = newSettings;
  }
}

/** The settings are read again; the new state is visible after `next()`. */
export class SettingsReloadEvent extends HookEvent {
  app: App;

  constructor(app: App) {
    super();
    this.app = app;
  }
}
