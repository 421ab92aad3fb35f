/**
 * A hooks file for the recorded scenarios: counts every event of the app and answers `GET /__events` with the
 * counts by PocketBase's names; `DELETE /__events` starts again.
 */
import { type App, type EventName, EVENTS } from "generatio";

/** Before every other handler, so that one that stops the chain is counted too. */
const FIRST = -99_999;

export default function countEvents(app: App): void {
  let counts: Record<string, number> = {};
  for (const name of Object.keys(EVENTS) as EventName[]) {
    const title = name.replace(/^o/, "O");
    app.events[name].bind({
      priority: FIRST,
      func: (event) => {
        counts[title] = (counts[title] ?? 0) + 1;
        return event.next();
      },
    });
  }
  // The recorded server had somewhere to send its mails to.
  app.onMailerSend().bindFunc((event) => {
    event.mailer = { send: () => Promise.resolve() };
    return event.next();
  });
  app.onServe().bindFunc(async (event) => {
    event.router.get("/__events", () => counts);
    event.router.delete("/__events", (e) => {
      counts = {};
      return e.noContent();
    });
    await event.next();
  });
}
