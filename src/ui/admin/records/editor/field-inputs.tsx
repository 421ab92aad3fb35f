import type { CollectionField, CollectionModel } from "pocketbase";
import { Button } from "../../../kit/button.tsx";
import { confirm } from "../../../kit/confirm.tsx";
import { copyText } from "../../../kit/copy-button.tsx";
import { Disclosure } from "../../../kit/notice.tsx";
import { NewPasswordFields } from "../../auth/new-password-fields.tsx";
import type { FormErrors } from "../../api/form-errors.ts";
import { formatTime } from "../../i18n/format-time.ts";
import { language, t } from "../../i18n/language.ts";
import { isColumnShown } from "../list/shown-columns.ts";
import { fieldTypeOf } from "../field-types/index.ts";
import { textOf } from "../field-types/record-field-type.ts";
import { tell } from "../tell.ts";
import { editedFields } from "./record-draft.ts";
import type { RecordForm } from "./use-record-form.ts";

interface FieldInputsProps {
  readonly collection: CollectionModel;
  readonly form: RecordForm;
}

/** An input for every field, in their order. */
export function FieldInputs({ collection, form }: FieldInputsProps) {
  const { record } = form;
  const fields = editedFields(collection);
  const hasPassword = collection.fields.some(({ type, name }) => isPassword(type, name));
  return (
    <>
      {fields.map((field) => (
        <FieldInput key={field.id} field={field} collection={collection} form={form} />
      ))}
      {hasPassword &&
        (record ? (
          <Disclosure title={t("records.changePassword")}>
            <Password form={form} />
          </Disclosure>
        ) : (
          <Password form={form} />
        ))}
      {record && <ServerDates collection={collection} form={form} />}
    </>
  );
}

function isPassword(type: string, name: string): boolean {
  return type === "password" && name === "password";
}

function FieldInput({
  field,
  collection,
  form,
}: FieldInputsProps & { readonly field: CollectionField }) {
  const { Input } = fieldTypeOf(field);
  if (!Input) return null;
  const change = async (value: unknown) => {
    if (isVerified(collection, field) && form.record && !(await confirmVerified())) return;
    form.set(field.name, value);
  };
  return (
    <div
      class="record-field"
      data-hidden={field.hidden && !isColumnShown(collection, field) ? "" : undefined}
      data-field={field.name}
    >
      <Input
        field={field}
        collection={collection}
        record={form.record}
        value={form.draft[field.name]}
        onChange={(value) => void change(value)}
        error={form.errors[field.name]}
        errors={below(form.errors, field.name)}
      />
    </div>
  );
}

/** Rules let verified accounts do more: it is not changed by a slip. */
function isVerified({ type }: CollectionModel, { name }: CollectionField): boolean {
  return type === "auth" && name === "verified";
}

function confirmVerified(): Promise<boolean> {
  return confirm({
    title: t("records.auth.verified.title"),
    text: t("records.auth.verified.text"),
    action: t("records.auth.verified.change"),
  });
}

/** The errors within a field. */
function below(errors: FormErrors, name: string): FormErrors {
  const entries = Object.entries(errors)
    .filter(([path]) => path.startsWith(`${name}.`))
    .map(([path, text]) => [path.slice(name.length + 1), text]);
  return Object.fromEntries(entries);
}

function Password({ form }: { readonly form: RecordForm }) {
  const generate = () => {
    const password = randomPassword();
    form.setPassword({ password, passwordConfirm: password });
    void tell(copyText(password), t("records.password.copied"));
  };
  return (
    <>
      <NewPasswordFields
        label={form.record ? t("auth.newPassword") : t("auth.password")}
        help={form.record ? t("records.passwordHelp") : t("auth.passwordHelp")}
        required={!form.record}
        value={form.password}
        onChange={form.setPassword}
        errors={form.errors}
      />
      <div>
        <Button size="small" icon="key" onClick={generate}>
          {t("records.password.generate")}
        </Button>
      </div>
    </>
  );
}

const PASSWORD_LENGTH = 20;
/** 64 of them, so that every byte gives one with the same chance. */
const PASSWORD_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function randomPassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(PASSWORD_LENGTH));
  return Array.from(bytes, (byte) => PASSWORD_LETTERS[byte % PASSWORD_LETTERS.length]).join("");
}

/** What the server sets is shown, not asked for. */
function ServerDates({ collection, form }: FieldInputsProps) {
  const { record } = form;
  const dates = collection.fields.filter((field) => field["onCreate"] !== undefined);
  if (dates.length === 0 || !record) return null;
  return (
    <dl class="record-dates">
      {dates.map(({ name }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <time dateTime={textOf(record[name])} title={textOf(record[name])}>
              {formatTime(textOf(record[name]), language())}
            </time>
          </dd>
        </div>
      ))}
    </dl>
  );
}
