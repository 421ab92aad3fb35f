import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { TextField } from "../../kit/text-field.tsx";
import { useForm } from "../api/use-form.ts";
import { addPasskey } from "../auth/passkey.ts";
import { t } from "../i18n/language.ts";
import { KeyList } from "./key-list.tsx";
import { askSuperusers, type OwnKey } from "./own-account.ts";
import { OwnSection } from "./own-section.tsx";

/** One's passkeys: list, add, remove. */
export function PasskeysSection() {
  return (
    <OwnSection
      title={t("superusers.passkeys")}
      text={t("superusers.passkeys.text")}
      load={() => askSuperusers<{ items: OwnKey[] }>("GET", "passkeys")}
    >
      {({ items }, reload) => (
        <>
          <KeyList keys={items} path="passkeys" onChanged={reload} />
          <AddPasskey onDone={reload} />
        </>
      )}
    </OwnSection>
  );
}

function AddPasskey({ onDone }: { readonly onDone: () => Promise<void> }) {
  const [name, setName] = useState("");
  const form = useForm();
  const send = () =>
    form.submit(async () => {
      await addPasskey(name.trim());
      setName("");
      await onDone();
    });
  return (
    <form
      class="g-stack"
      data-gap="small"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {form.problem && <Notice tone="danger">{form.problem}</Notice>}
      <div class="own-add">
        <TextField
          label={t("superusers.passkeys.name")}
          placeholder={t("superusers.passkeys.example")}
          value={name}
          onInput={setName}
          error={form.errors["name"]}
          required
        />
        <Button type="submit" icon="add" busy={form.isBusy} disabled={name.trim() === ""}>
          {t("superusers.passkeys.add")}
        </Button>
      </div>
    </form>
  );
}
