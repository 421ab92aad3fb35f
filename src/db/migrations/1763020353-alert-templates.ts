import { ALERT_TEMPLATE, FORMER_ALERT_BODY } from "../../collections/auth-templates.ts";
import { collectionFromRow, type CollectionRow, collectionToRow } from "../../collections/row.ts";
import { currentDate } from "../../lib/date.ts";
import { updateRow } from "../dynamic.ts";
import { query } from "../kysely.ts";
import type { SystemContext } from "./index.ts";

/** Renews the mail about a login from a new place where it was left as it came. */
export const alertTemplates = {
  async up({ db }: SystemContext): Promise<void> {
    const rows = await db.all<CollectionRow>(
      query.selectFrom("_collections").selectAll().where("type", "=", "auth").compile(),
    );
    for (const collection of rows.map(collectionFromRow)) {
      const template = collection.auth?.authAlert.emailTemplate;
      if (template?.body !== FORMER_ALERT_BODY) continue;
      template.body = ALERT_TEMPLATE.body;
      const { options } = collectionToRow(collection);
      await db.run(updateRow("_collections", collection.id, { options, updated: currentDate() }));
    }
  },
};
