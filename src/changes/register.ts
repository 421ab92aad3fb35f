import type { App } from "../app.ts";

/** A log that was opened once goes on with every start. */
export function registerChanges(app: App): void {
  app.onBootstrap().bind({
    id: "__xChangesLoad__",
    priority: 99,
    func: async (event) => {
      await event.next();
      await event.app.changes.load(event.app);
    },
  });
}
