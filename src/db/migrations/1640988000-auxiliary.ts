import { CREATE_LOGS, selectTable } from "../dialect/schema.ts";
import type { SystemContext } from "./index.ts";

/** The logs; made again when the auxiliary file was deleted, which people do to get rid of them. */
export const auxiliaryTables = {
  async up({ auxDb }: SystemContext): Promise<void> {
    for (const statement of CREATE_LOGS) await auxDb.run(statement);
  },

  async mustReapply({ auxDb }: SystemContext): Promise<boolean> {
    return (await auxDb.get(selectTable("_logs"))) === undefined;
  },
};
