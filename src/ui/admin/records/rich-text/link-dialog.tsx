import { useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/text-field.tsx";
import { t } from "../../i18n/language.ts";

/** Asks for the address of a link; an empty one takes the link away. */
export function LinkDialog({
  address,
  onTake,
  onClose,
}: {
  readonly address: string;
  readonly onTake: (address: string) => void;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState(address);
  return (
    <Dialog
      title={t("records.rich.link")}
      onClose={onClose}
      onSubmit={() => onTake(withScheme(text.trim()))}
      foot={
        <>
          <Button onClick={onClose}>{t("kit.cancel")}</Button>
          <Button type="submit" look="primary">
            {t("records.rich.setLink")}
          </Button>
        </>
      }
    >
      <TextField
        label={t("records.rich.address")}
        help={t("records.rich.addressHelp")}
        type="url"
        value={text}
        onInput={setText}
        autoFocus
      />
    </Dialog>
  );
}

function withScheme(address: string): string {
  if (address === "" || /^(?:[a-z][a-z\d+.-]*:|[/#?])/i.test(address)) return address;
  return address.includes("@") ? `mailto:${address}` : `https://${address}`;
}
