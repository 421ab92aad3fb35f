import type { CollectionModel } from "pocketbase";
import { EmptyState } from "../../kit/notice.tsx";
import { collections, findCollection } from "../data/collections.ts";
import { t } from "../i18n/language.ts";
import { place } from "../shell/navigation.ts";
import { RecordPanels } from "./editor/record-panels.tsx";
import { lastCollection } from "./list/last-collection.ts";
import { RecordsPage } from "./list/records-page.tsx";

/** The records of the collection in the address, or of the one that was open last. */
export function RecordsScreen() {
  const key = place.value.query["collection"];
  const collection = key ? findCollection(key) : firstCollection();
  if (!collection) {
    return <EmptyState icon="base" title={key ? t("collections.missing") : t("records.none")} />;
  }
  return (
    <>
      <RecordsPage key={collection.id} collection={collection} />
      <RecordPanels />
    </>
  );
}

function firstCollection(): CollectionModel | undefined {
  const last = findCollection(lastCollection());
  return last ?? collections.value.find(({ system }) => !system);
}
