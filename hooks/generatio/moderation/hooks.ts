import { problem, ValidationError } from "generatio";
import type { Product } from "../product.ts";
import { isPattern, type WordRule } from "./word-list.ts";

const RULES = "moderation_rules";

/** Superusers keep the word list in a collection; a change counts at once. */
export function bindModerationHooks(product: Product): void {
  const { app } = product;
  app.onRecordValidate(RULES).bind({
    id: "genValidateModerationRule",
    func: (event) => {
      if (!isPattern(event.record.getString("pattern"))) {
        const message = "Must have a word in it.";
        throw new ValidationError({ pattern: problem("validation_invalid_pattern", message) });
      }
      return event.next();
    },
  });
  const reload = {
    id: "genUseModerationRules",
    func: async (event: { next(): Promise<void> }) => {
      await useWordList(product);
      await event.next();
    },
  };
  app.onRecordAfterCreateSuccess(RULES).bind(reload);
  app.onRecordAfterUpdateSuccess(RULES).bind(reload);
  app.onRecordAfterDeleteSuccess(RULES).bind(reload);
}

/** Reads the word list. To be called at the start, too. */
export async function useWordList({ app, wordList }: Product): Promise<void> {
  const records = await app.findRecordsByFilter(RULES, "");
  wordList.use(
    records.map((record) => ({
      pattern: record.getString("pattern"),
      action: record.getString("action") as WordRule["action"],
    })),
  );
}
