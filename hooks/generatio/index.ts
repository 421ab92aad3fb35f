import { type App, bodyLimit } from "generatio";
import { addAdminPages } from "./admin/pages.ts";
import { answerErrors } from "./answer-errors.ts";
import { ProductError } from "./errors.ts";
import { addCustomGenerateRoutes } from "./families/custom.ts";
import { addCustomPictureRoutes } from "./families/custom-pictures.ts";
import { addV1GenerateRoutes } from "./families/v1.ts";
import { startNotes } from "./start-notes.ts";
import { adoptLate } from "./jobs/adopt.ts";
import { reconcileUnknown } from "./jobs/reconcile.ts";
import { endAbandoned, markInterrupted, releaseOrphans, resumeServerJobs } from "./jobs/recover.ts";
import { repeat, type Repeated } from "./repeat.ts";
import { forgetUploads } from "./library/uploads.ts";
import { forgetSources } from "./library/forget-sources.ts";
import { bindLibraryHooks } from "./library/hooks.ts";
import { sweepTrash } from "./library/trash.ts";
import { bindProtection } from "./library/protect.ts";
import { bindJobHooks } from "./jobs/hooks.ts";
import { bindModelHooks, useModelOverrides } from "./models/overrides.ts";
import { bindModerationHooks, useWordList } from "./moderation/hooks.ts";
import { bindPreferenceHooks } from "./preferences.ts";
import { createProduct, type Product } from "./product.ts";
import { addCallbackRoutes } from "./routes/callbacks.ts";
import { addCreditAdminRoutes, addCreditRoutes } from "./routes/credits.ts";
import { addFinancialRoutes } from "./routes/financial.ts";
import { addFolderRoutes } from "./routes/folders.ts";
import { requireSuperuser, requireUser } from "./routes/group.ts";
import { addJobRoutes } from "./routes/jobs.ts";
import { addModelRoutes } from "./routes/models.ts";
import { addPlainRoutes } from "./routes/plain.ts";
import { addPreferenceRoutes } from "./routes/preferences.ts";
import { addProviderRoutes } from "./routes/providers.ts";
import { addSessionRoutes } from "./routes/sessions.ts";
import { addStatusRoutes } from "./routes/status.ts";
import { addTokenRoutes } from "./routes/tokens.ts";
import { addTrashRoutes } from "./routes/trash.ts";
import { addWebhookRoutes } from "./routes/webhooks.ts";
import { bindSessionHooks } from "./sessions/hooks.ts";
import { readSettings } from "./settings.ts";
import { bindWebhookHooks } from "./webhooks/hooks.ts";
import { sweepDeliveries } from "./webhooks/outbox.ts";

/** The image product, document 000: encrypted provider keys, key sessions, generated pictures, folders, spending. */
export default function generatio(app: App): void {
  const product = createProduct(app, readSettings(process.env));
  product.vault.stored.bind();
  bindSessionHooks(product);
  bindLibraryHooks(app);
  bindProtection(app);
  bindPreferenceHooks(product);
  bindModelHooks(product);
  bindModerationHooks(product);
  bindJobHooks(product);
  bindWebhookHooks(product);
  bindLifecycle(product);
  app.onServe().bindFunc((event) => {
    const group = event.router.group("/api/custom").bind(answerErrors());
    addStatusRoutes(group, product);
    addCallbackRoutes(group, product);
    const superusers = group.group("/admin").bind(requireSuperuser);
    addCreditAdminRoutes(superusers, product);
    addAdminPages(event, superusers, product);
    const members = group.group("").bind(requireUser);
    addTokenRoutes(members, product);
    addSessionRoutes(members, product);
    addCustomGenerateRoutes(members, product);
    addCustomPictureRoutes(members.group("").bind(bodyLimit(PICTURES_LIMIT)), product);
    addModelRoutes(members, product);
    addProviderRoutes(members, product);
    addJobRoutes(members, product);
    addFinancialRoutes(members, product);
    addCreditRoutes(members, product);
    addWebhookRoutes(members, product);
    addPreferenceRoutes(members, product);
    addFolderRoutes(members, product);
    addTrashRoutes(members, product);
    group.any("/{path...}", () => {
      throw new ProductError("not_found", "There is no such route.");
    });
    addV1GenerateRoutes(event.router, product);
    addPlainRoutes(event.router, product);
    return event.next();
  });
}

/** A picture and its mask, in base64, and what is said beside them. */
const PICTURES_LIMIT = 56 * 1024 * 1024;

/** What happens at the start, now and then, and at the end. */
function bindLifecycle(product: Product): void {
  const { app, settings, sessions, jobs, pictures } = product;
  const timers: Repeated[] = [];
  app.onServe().bindFunc(async (event) => {
    requireCollections(app);
    await useModelOverrides(product);
    await useWordList(product);
    await product.vault.stored.load();
    await product.endpoints.load(app);
    product.webhooks.start();
    event.notes.push(...startNotes(settings));
    await markInterrupted(product);
    await releaseOrphans(product);
    await resumeServerJobs(product);
    timers.push(
      repeat(app, settings.cleanupIntervalMs, () => sweep(product)),
      repeat(app, Math.min(LATE_LOOK_MS, settings.cleanupIntervalMs), async (signal) => {
        await adoptLate(product, signal);
        await reconcileUnknown(product, signal);
      }),
    );
    return event.next();
  });
  app.onTerminate().bind({
    id: "genStop",
    // Before the log is written for the last time: jobs still have something to say.
    priority: -1000,
    func: async (event) => {
      await Promise.all(timers.map((timer) => timer.stop()));
      await jobs.stop();
      await product.webhooks.stop();
      await pictures.stop();
      sessions.clear();
      return event.next();
    },
  });
}

/** How often results that come late are looked for. */
const LATE_LOOK_MS = 15_000;

async function sweep(product: Product): Promise<void> {
  product.sessions.sweep();
  product.vault.sweep();
  await endAbandoned(product);
  await sweepDeliveries(product.app);
  await sweepTrash(product.app, product.settings.trashDays);
  await forgetSources(product.app);
  await forgetUploads(product.app);
}

function requireCollections(app: App): void {
  if (app.collections.find("jobs")) return;
  throw new Error(
    "The image product has no collections in this data folder: start with --migrationsDir schema/migrations.",
  );
}
