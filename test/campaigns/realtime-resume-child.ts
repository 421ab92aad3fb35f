/**
 * The server of the campaign `realtime-resume`: `DATA_DIR PORT [MUTANT]`. Prints `ready` once it listens.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createApp } from "../../src/embed.ts";
import type { Changes, LoggedChange } from "../../src/changes/service.ts";

const [dataDir = "", port = "", mutant = ""] = process.argv.slice(2);

/** Defects that a campaign must find. */
const MUTANTS: Readonly<Record<string, (changes: Changes) => void>> = {
  // The change is written after its record's commit: a kill in between loses it.
  "log-late": (changes) => {
    const write = changes.write.bind(changes);
    changes.write = async (app, record, action, statement) => {
      if (statement) await app.db.run(statement);
      setTimeout(
        () =>
          void write(app.isTransaction ? server.app : app, record, action).catch(() => undefined),
        40,
      );
    };
  },
  "replay-unjudged": (changes) =>
    tamper(changes, (rows) =>
      rows.map((each) => ({ ...each, row: { ...each.row, audience: "all" } })),
    ),
  "replay-drops-last": (changes) => tamper(changes, (rows) => rows.slice(0, -1)),
  "replay-reversed": (changes) => tamper(changes, (rows) => rows.toReversed()),
  // Clients believe to have more than they have.
  "position-ahead": (changes) => {
    const bounds = changes.bounds.bind(changes);
    changes.bounds = async (app) => {
      const found = await bounds(app);
      return { ...found, newest: found.newest + 3 };
    };
  },
  "always-a-gap": (changes) => {
    const bounds = changes.bounds.bind(changes);
    changes.bounds = async (app) => {
      const found = await bounds(app);
      return { ...found, oldest: found.newest + 2 };
    };
  },
  // Events go out when the handlers are through, not in the order of the commits.
  unordered: (changes) => {
    changes.order.ready = (key, _subject, turn) => {
      changes.order.gone(key);
      void turn({ position: ++unorderedPosition, resumeAfter: 0, isLatest: () => true });
    };
  },
};

let unorderedPosition = 1_000_000;

function tamper(changes: Changes, change: (rows: LoggedChange[]) => LoggedChange[]): void {
  const read = changes.read.bind(changes);
  changes.read = async (app, range) => change(await read(app, range));
}

const server = createApp({
  dataDir,
  extensions: [
    (app) => {
      // A handler that dawdles after the save, so that answers come in another order than commits.
      app.onRecordCreate("posts").bindFunc(async (event) => {
        await event.next();
        await sleep(event.record.getString("title").endsWith("0") ? 25 : 0);
      });
    },
  ],
});
MUTANTS[mutant]?.(server.app.changes);
await server.listen({ http: `127.0.0.1:${port}` });
console.log("ready");
