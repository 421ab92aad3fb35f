import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { CheckField } from "../../kit/check-field.tsx";
import { CodeBlock } from "../../kit/code-field.tsx";
import { ComboboxField } from "../../kit/combobox-field.tsx";
import { CopyButton } from "../../kit/copy-button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { Notice } from "../../kit/notice.tsx";
import { NumberField, TextField } from "../../kit/text-field.tsx";
import { type FormState, useForm } from "../api/use-form.ts";
import { collections } from "../data/collections.ts";
import { formatTime } from "../i18n/format-time.ts";
import { language, t } from "../i18n/language.ts";
import { KeyList } from "./key-list.tsx";
import { askSuperusers, type OwnApiKey } from "./own-account.ts";
import { OwnSection } from "./own-section.tsx";

const ACTIONS = ["list", "view", "create", "update", "delete"] as const;

/** What a key is made with. */
interface NewKey {
  readonly name: string;
  /** Names, or `*` for all that are no system collections. */
  readonly collections: readonly string[];
  readonly actions: readonly string[];
  readonly days: number | undefined;
}

const EMPTY: NewKey = {
  name: "",
  collections: ["*"],
  actions: ["list", "view"],
  days: undefined,
};

/** One's keys for programs, each with a scope and an end; a new one is shown once. */
export function ApiKeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog
      title={t("superusers.keys")}
      width="36rem"
      onClose={onClose}
      foot={<Button onClick={onClose}>{t("kit.close")}</Button>}
    >
      <div class="g-stack own-sections">
        <OwnSection
          title={t("superusers.keys.present")}
          text={t("superusers.keys.text")}
          load={() => askSuperusers<{ items: OwnApiKey[] }>("GET", "api-keys")}
        >
          {({ items }, reload) => (
            <>
              <KeyList keys={items} path="api-keys" onChanged={reload}>
                {(key) => <Scope {...key} />}
              </KeyList>
              <MakeKey onDone={reload} />
            </>
          )}
        </OwnSection>
      </div>
    </Dialog>
  );
}

function Scope({ hint, collections: names, actions, expires }: OwnApiKey) {
  const where = names.includes("*") ? t("superusers.keys.all") : names.join(", ");
  const until = t("superusers.keys.expires", { time: formatTime(expires, language()) });
  return (
    <>
      <code>{`${hint}…`}</code>
      <span>{`${where}: ${actions.join(", ")}`}</span>
      <span class="g-field-help">{until}</span>
    </>
  );
}

function MakeKey({ onDone }: { readonly onDone: () => Promise<void> }) {
  const [value, setValue] = useState(EMPTY);
  const [made, setMade] = useState("");
  const form = useForm();
  const send = () =>
    form.submit(async () => {
      const { days, ...body } = value;
      const { key } = await askSuperusers<{ key: string }>("POST", "api-keys", {
        ...body,
        ...(days !== undefined && { days }),
      });
      setMade(key);
      setValue(EMPTY);
      await onDone();
    });
  return (
    <form
      class="g-stack own-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {made !== "" && (
        <>
          <Notice tone="success">{t("superusers.token.made")}</Notice>
          <CodeBlock code={made} language="plain">
            <CopyButton text={made} />
          </CodeBlock>
        </>
      )}
      {form.problem && <Notice tone="danger">{form.problem}</Notice>}
      <KeyFields value={value} onChange={setValue} form={form} />
      <div>
        <Button type="submit" look="primary" icon="add" busy={form.isBusy}>
          {t("superusers.keys.make")}
        </Button>
      </div>
    </form>
  );
}

interface KeyFieldsProps {
  readonly value: NewKey;
  readonly onChange: (value: NewKey) => void;
  readonly form: FormState;
}

function KeyFields(props: KeyFieldsProps) {
  const { value, onChange } = props;
  const { errors } = props.form;
  const names = collections.value.map(({ name }) => ({ value: name, label: name }));
  return (
    <>
      <TextField
        label={t("superusers.keys.name")}
        value={value.name}
        onInput={(name) => onChange({ ...value, name })}
        error={errors["name"]}
        required
      />
      <ComboboxField
        label={t("shell.collections")}
        multiple
        options={[{ value: "*", label: t("superusers.keys.all") }, ...names]}
        values={value.collections}
        onChange={(chosen) => onChange({ ...value, collections: chosen })}
        error={errors["collections"]}
        required
      />
      <ActionFields {...props} />
      <NumberField
        label={t("superusers.keys.days")}
        help={t("superusers.keys.daysHelp")}
        value={value.days}
        min={1}
        onInput={(days) => onChange({ ...value, days })}
        error={errors["days"]}
      />
    </>
  );
}

/** What the key may do with records. */
function ActionFields({ value, onChange, form }: KeyFieldsProps) {
  const error = form.errors["actions"];
  const toggle = (action: string, isOn: boolean) =>
    onChange({
      ...value,
      actions: ACTIONS.filter((each) => (each === action ? isOn : value.actions.includes(each))),
    });
  return (
    <fieldset class="g-stack" data-gap="small">
      <legend class="g-field-label">{t("superusers.keys.actions")}</legend>
      <div class="g-row">
        {ACTIONS.map((action) => (
          <CheckField
            key={action}
            label={t(`superusers.keys.${action}`)}
            checked={value.actions.includes(action)}
            onChange={(isOn) => toggle(action, isOn)}
          />
        ))}
      </div>
      {error && <Notice tone="danger">{error}</Notice>}
    </fieldset>
  );
}
