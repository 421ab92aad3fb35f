import type { App } from "generatio";
import { JobRunner } from "./jobs/runner.ts";
import { JobWatch } from "./jobs/watch.ts";
import { Catalogue } from "./models/catalogue.ts";
import { PictureWork } from "./pictures/picture-work.ts";
import { WordList } from "./moderation/word-list.ts";
import { ProviderHealth } from "./providers/health.ts";
import type { Provider } from "./providers/provider.ts";
import { createProviders } from "./providers/index.ts";
import { SessionStore } from "./sessions/store.ts";
import { projectCredits } from "./spending/credits.ts";
import { creditsAccount, Ledger } from "./spending/ledger.ts";
import type { Settings } from "./settings.ts";
import { ServerKey } from "./tokens/server-key.ts";
import { KeyVault } from "./tokens/vault.ts";
import { EndpointBook } from "./webhooks/endpoint-book.ts";
import { WebhookSender } from "./webhooks/sender.ts";

/** Everything that the routes and hooks of the product share. */
export interface Product {
  readonly app: App;
  readonly settings: Settings;
  readonly serverKey: ServerKey;
  readonly vault: KeyVault;
  readonly sessions: SessionStore;
  readonly catalogue: Catalogue;
  readonly wordList: WordList;
  readonly health: ProviderHealth;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly pictures: PictureWork;
  readonly ledger: Ledger;
  readonly jobs: JobRunner;
  readonly watch: JobWatch;
  /** Who wants to be told of what, and how they are told. */
  readonly endpoints: EndpointBook;
  readonly webhooks: WebhookSender;
}

export function createProduct(app: App, settings: Settings): Product {
  const serverKey = new ServerKey(settings.secretKey, app.config.dataDir);
  return {
    app,
    settings,
    serverKey,
    vault: new KeyVault(app, settings),
    sessions: new SessionStore({ ttlMs: settings.sessionTtlMs }),
    catalogue: new Catalogue(),
    wordList: new WordList(),
    health: new ProviderHealth(),
    providers: createProviders(settings),
    pictures: new PictureWork(),
    ledger: newLedger(app),
    jobs: new JobRunner(app, settings),
    watch: new JobWatch(),
    endpoints: new EndpointBook(),
    webhooks: new WebhookSender(app, serverKey, settings),
  };
}

/** Users see their credits as records. */
function newLedger(app: App): Ledger {
  const ledger = new Ledger(app, async (tx, move) => {
    if (move.unit !== "credits") return;
    const balance = await ledger.balance(tx, creditsAccount(move.userId), "credits");
    await projectCredits(tx, move, balance);
  });
  return ledger;
}
