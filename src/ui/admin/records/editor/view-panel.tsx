import { Button } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { t } from "../../i18n/language.ts";
import { fieldTypeOf } from "../field-types/index.ts";
import type { OpenRecord } from "./open-record.ts";

/** A row of a view: only to look at. */
export function ViewPanel({ collection, record, done }: OpenRecord) {
  const close = () => done(undefined);
  return (
    <Dialog
      shape="panel"
      title={t("records.title.view", { name: collection.name })}
      head={<CopyButton text={JSON.stringify(record, null, 2)} label={t("records.copyJson")} />}
      onClose={close}
      foot={<Button onClick={close}>{t("kit.close")}</Button>}
    >
      <dl class="record-values">
        {collection.fields.map((field) => {
          const { Cell, icon } = fieldTypeOf(field);
          return (
            <div key={field.name}>
              <dt>
                <Icon name={icon} size={14} />
                {field.name}
              </dt>
              <dd>{record && <Cell field={field} value={record[field.name]} record={record} />}</dd>
            </div>
          );
        })}
      </dl>
    </Dialog>
  );
}
