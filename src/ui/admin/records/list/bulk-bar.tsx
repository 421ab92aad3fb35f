import type { CollectionModel } from "pocketbase";
import { Button } from "../../../kit/button.tsx";
import { t } from "../../i18n/language.ts";
import { bulkProgress, deleteMany, exportMany } from "./bulk.ts";

interface BulkBarProps {
  readonly collection: CollectionModel;
  readonly ids: readonly string[];
  readonly onReset: () => void;
  readonly onDeleted: (ids: readonly string[]) => void;
}

/** What can be done with the selected records. */
export function BulkBar({ collection, ids, onReset, onDeleted }: BulkBarProps) {
  const progress = bulkProgress.value;
  const remove = async () => onDeleted(await deleteMany(collection, ids));
  return (
    <div class="bulk-bar" role="region" aria-label={t("records.bulk")}>
      <span role="status">
        {progress
          ? t("records.bulk.progress", { done: progress.done, of: progress.of })
          : t("records.selected", { count: ids.length })}
      </span>
      {progress && (
        <progress value={progress.done} max={progress.of} aria-label={t("records.bulk")} />
      )}
      <span class="g-spacer" />
      <Button size="small" onClick={onReset}>
        {t("records.bulk.reset")}
      </Button>
      <Button
        size="small"
        icon="download"
        busy={progress !== undefined}
        onClick={() => void exportMany(collection, ids)}
      >
        {t("records.bulk.export")}
      </Button>
      {collection.type !== "view" && (
        <Button
          size="small"
          look="danger"
          icon="trash"
          busy={progress !== undefined}
          onClick={() => void remove()}
        >
          {t("shell.delete")}
        </Button>
      )}
    </div>
  );
}
