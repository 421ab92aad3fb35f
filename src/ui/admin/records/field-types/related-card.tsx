import type { CollectionModel, RecordModel } from "pocketbase";
import { useRef, useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { Loading } from "../../../kit/notice.tsx";
import { toast } from "../../../kit/toast.tsx";
import { usePopup } from "../../../kit/use-popup.ts";
import { client } from "../../api/client.ts";
import { errorText } from "../../api/form-errors.ts";
import { findCollection } from "../../data/collections.ts";
import { t } from "../../i18n/language.ts";
import { openRecord } from "../editor/open-record.ts";
import { recordText } from "../record-text.ts";

interface RelatedCardProps {
  readonly collectionId: string;
  readonly id: string;
  /** When it came along. */
  readonly record: RecordModel | undefined;
  /** What it is called; its id unless given. */
  readonly text: string | undefined;
}

/** A related record as a chip that shows its fields when it is pressed. */
export function RelatedCard({ collectionId, id, record, text }: RelatedCardProps) {
  const [isOpen, setOpen] = useState(false);
  const [shown, setShown] = useState(record);
  const anchor = useRef<HTMLButtonElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const collection = findCollection(collectionId);
  usePopup({ anchor, popup, isOpen, onClose: () => setOpen(false) });
  const open = () => {
    setOpen(!isOpen);
    client
      .collection(collectionId)
      .getOne(id)
      .then(setShown, (error: unknown) => toast(errorText(error), { tone: "danger" }));
  };
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <button
        ref={anchor}
        type="button"
        class="related-chip"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        title={id}
        onClick={open}
      >
        {text ?? id}
      </button>
      {isOpen && (
        <div
          ref={popup}
          class="g-popup related-card"
          popover="auto"
          role="dialog"
          aria-label={text ?? id}
        >
          {shown && collection ? (
            <Fields collection={collection} record={shown} onOpen={() => setOpen(false)} />
          ) : (
            <Loading label={t("shell.loading")} />
          )}
        </div>
      )}
    </span>
  );
}

function Fields({
  collection,
  record,
  onOpen,
}: {
  readonly collection: CollectionModel;
  readonly record: RecordModel;
  readonly onOpen: () => void;
}) {
  const names = collection.fields.filter(({ hidden }) => !hidden).map(({ name }) => name);
  return (
    <>
      <div class="related-head">
        <strong>{recordText(record, collection)}</strong>
        <span class="record-faint">{collection.name}</span>
        <span class="g-spacer" />
        <CopyButton text={JSON.stringify(record, null, 2)} label={t("records.copyJson")} />
        <Button
          size="small"
          onClick={() => {
            onOpen();
            void openRecord({ collection, record });
          }}
        >
          {t("records.open")}
        </Button>
      </div>
      <dl class="related-fields">
        {names.map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{shortText(record[name])}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function shortText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > 200 ? `${text.slice(0, 200)}…` : text || "–";
}
