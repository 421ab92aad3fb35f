import type { CollectionField, CollectionModel } from "pocketbase";
import { useRef, useState } from "preact/hooks";
import { IconButton } from "../../../kit/button.tsx";
import { CheckField } from "../../../kit/check-field.tsx";
import { usePopup } from "../../../kit/use-popup.ts";
import { t } from "../../i18n/language.ts";
import { isColumnShown, setColumnShown } from "./shown-columns.ts";

/** Which fields have a column; stays open for several choices. */
export function ColumnsMenu({
  collection,
  fields,
}: {
  readonly collection: CollectionModel;
  readonly fields: readonly CollectionField[];
}) {
  const [isOpen, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  usePopup({ anchor, popup, isOpen, align: "end", onClose: () => setOpen(false) });
  return (
    <>
      <IconButton
        icon="sliders"
        label={t("records.columns")}
        buttonRef={anchor}
        expanded={isOpen}
        hasPopup="dialog"
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen && (
        <div
          ref={popup}
          class="g-popup columns-popup"
          popover="auto"
          role="dialog"
          aria-label={t("records.columns")}
        >
          {fields.map((field) => (
            <CheckField
              key={field.id}
              label={field.name}
              checked={isColumnShown(collection, field)}
              onChange={(isShown) => setColumnShown(collection, field, isShown)}
            />
          ))}
        </div>
      )}
    </>
  );
}
