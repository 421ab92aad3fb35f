/**
 * Random walks over everything that gives, renews and ends tokens, with all tokens ever given tried again and
 * again: each must open its record exactly as long as a model of a few lines says, and each realtime connection
 * that was opened with one must hear of it exactly as long. Tokens are used right before and after what ends them,
 * so that whatever remembers them is asked to forget.
 */
import { createHash } from "node:crypto";
import type { ApiKey } from "../../src/auth/extras/api-keys.ts";
import type { TestServer } from "../../src/testing/index.ts";
import { AuthWalk } from "./auth-state-walk.ts";
import { type CampaignOptions, type CampaignResult, hasBudget } from "./campaign.ts";
import { Random } from "./random.ts";

export const summary =
  "auth actions, cached tokens and open streams against a model of who may sign in";

/** Defects of the server, planted while it runs. */
const MUTANTS: Readonly<Record<string, (server: TestServer) => void>> = {
  "cache keeps changed records": ({ app }) => {
    app.auth.tokens.forget = () => undefined;
  },
  "cache keeps tokens of old secrets": ({ app }) => {
    app.auth.tokens.forgetAll = () => undefined;
  },
  "a new password ends no tokens": ({ app }) =>
    app.onRecordUpdateExecute().unbind("__pbAuthRecordUpdate__"),
  "keys outlive the tokens of their record": ({ app }) => {
    app.auth.tokens.findByKey = async (inner, text) => {
      const hash = createHash("sha256").update(text).digest("hex");
      const [row] = await inner.db.all<{ id: string; record: string; scope: string }>({
        sql: "SELECT * FROM _xApiKeys WHERE hash = ?",
        parameters: [hash],
      });
      if (!row) return undefined;
      const record = await inner.findRecordById("users", row.record);
      const scope = JSON.parse(row.scope) as ApiKey["scope"];
      return { record, key: { id: row.id, scope, lastUsed: Date.now() } };
    };
  },
  "verifying keeps links": ({ app }) => app.onRecordUpdateExecute().unbind("__pbAuthVerified__"),
  "a new password keeps second factors": ({ app }) =>
    app.onRecordUpdate().unbind("__pbAuthPasswordChange__"),
  "a new key keeps one-time passwords": ({ app }) =>
    app.onRecordUpdateExecute().unbind("__pbAuthTokenKeyChange__"),
  "streams outlive the tokens of their record": ({ app }) =>
    app.onModelAfterUpdateSuccess().unbind("__pbRealtimeAuth__"),
  "streams outlive old secrets": ({ app }) => app.onCollectionUpdate().unbind("__pbRealtimeAuth__"),
  "deleting keeps what belonged to the record": ({ app }) =>
    app
      .onRecordDeleteExecute()
      .unbind(...["_mfas", "_otps", "_externalAuths"].map((name) => `__pbAuthReference_${name}__`)),
};

export const mutants: readonly string[] = Object.keys(MUTANTS);

/** Gives up after this many steps of one walk: a new server then. */
const WALK_STEPS = 150;
const MAX_FAILURES = 5;

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const random = new Random(options.seed);
  const started = performance.now();
  const failures: string[] = [];
  let cases = 0;
  let checked = 0;
  let heard = 0;
  while (
    hasBudget(options, started, cases) &&
    failures.length < (options.mutant ? 1 : MAX_FAILURES)
  ) {
    const walk = await AuthWalk.start(random);
    if (options.mutant) MUTANTS[options.mutant]!(walk.server);
    try {
      for (let step = 0; step < WALK_STEPS && hasBudget(options, started, cases); step++, cases++) {
        const failure = await walk.step();
        if (failure) {
          failures.push(`seed ${options.seed}, case ${cases}: ${failure}`);
          break;
        }
      }
      checked += walk.checked;
      heard += walk.heard;
    } finally {
      await walk.close();
    }
  }
  return { cases, failures, figures: { "tokens tried": checked, "streams listened to": heard } };
}
