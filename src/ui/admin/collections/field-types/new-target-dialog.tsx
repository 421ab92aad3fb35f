import { useState } from "preact/hooks";
import { client } from "../../api/client.ts";
import { FormDialog } from "../../api/form-dialog.tsx";
import { useForm } from "../../api/use-form.ts";
import { reloadCollections } from "../../data/collections.ts";
import { t } from "../../i18n/language.ts";
import { scaffoldOf } from "../editing.ts";
import { IdentifierField } from "../identifier-field.tsx";
import { finalIdentifier } from "../identifiers.ts";

/** Makes a collection for a relation to refer to. Only its name is asked: it gets its fields when it is edited. */
export function NewTargetDialog({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: (collectionId: string) => void;
}) {
  const [name, setName] = useState("");
  const form = useForm();
  const make = async () => {
    const scaffold = await scaffoldOf("base");
    const { id } = await client.collections.create({ ...scaffold, name: finalIdentifier(name) });
    await reloadCollections();
    onMade(id);
  };
  return (
    <FormDialog
      title={t("collections.new")}
      form={form}
      action={t("collections.create")}
      onSend={make}
      onClose={onClose}
    >
      <p>{t("fields.collection.new.text")}</p>
      <IdentifierField
        label={t("collections.name")}
        value={name}
        onInput={setName}
        error={form.errors["name"]}
        required
        autoFocus
      />
    </FormDialog>
  );
}
