import type { AuthCollectionModel, OAuth2Provider } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { Button, IconButton } from "../../../kit/button.tsx";
import { CheckField } from "../../../kit/check-field.tsx";
import { CodeBlock } from "../../../kit/code-field.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { Tag } from "../../../kit/notice.tsx";
import { SelectField } from "../../../kit/select-field.tsx";
import { client } from "../../api/client.ts";
import { errorsBelow } from "../../api/form-errors.ts";
import { t } from "../../i18n/language.ts";
import { OptionPart } from "./option-part.tsx";
import type { OptionsProps } from "./options-props.ts";
import { ProviderDialog } from "./provider-dialog.tsx";
import { knownProviders, loadProviders } from "./provider-info.ts";
import { ProviderLogo } from "./provider-logo.tsx";
import { ProviderPicker } from "./provider-picker.tsx";

type Opened = { readonly provider: OAuth2Provider } | "picker";

export function OAuth2Options(props: OptionsProps) {
  const { collection, errors, onChange } = props;
  const { oauth2 } = collection;
  useEffect(() => void loadProviders().catch(() => undefined), []);
  const set = (patch: Partial<typeof oauth2>, path: string) =>
    onChange({ oauth2: { ...oauth2, ...patch } }, `oauth2.${path}`);
  return (
    <OptionPart
      title={t("options.oauth2")}
      enabled={oauth2.enabled}
      errors={errors}
      paths={["oauth2"]}
    >
      <CheckField
        look="switch"
        label={t("options.enabled")}
        checked={oauth2.enabled}
        onChange={(enabled) => set({ enabled }, "enabled")}
        error={errors["oauth2.enabled"] ?? errors["oauth2.providers"]}
      />
      <Providers {...props} onSet={(patch) => set(patch, "providers")} />
      <MappedFields
        collection={collection}
        onChange={(mappedFields) => set({ mappedFields }, "mappedFields")}
      />
      <RedirectAddress />
    </OptionPart>
  );
}

/** The providers as cards; each opens its dialog. */
function Providers({
  collection: { oauth2 },
  errors,
  onSet,
}: OptionsProps & {
  readonly onSet: (patch: Partial<AuthCollectionModel["oauth2"]>) => void;
}) {
  const [opened, setOpened] = useState<Opened>();
  const { providers } = oauth2;
  const errorsOf = (provider: OAuth2Provider) =>
    errorsBelow(errors, `oauth2.providers.${providers.indexOf(provider)}`);
  const keep = (patch: Partial<typeof oauth2>) => {
    onSet(patch);
    setOpened(undefined);
  };
  return (
    <>
      {providers.length === 0 && <p class="g-field-help">{t("options.oauth2.none")}</p>}
      <div class="provider-cards">
        {providers.map((provider) => (
          <ProviderCard
            key={provider.name}
            provider={provider}
            isWrong={Object.keys(errorsOf(provider)).length > 0}
            onOpen={() => setOpened({ provider })}
          />
        ))}
        <Button icon="add" onClick={() => setOpened("picker")}>
          {t("options.oauth2.add")}
        </Button>
      </div>
      {opened === "picker" && (
        <ProviderPicker
          taken={providers.map(({ name }) => name)}
          onClose={() => setOpened(undefined)}
          onPick={(name) => setOpened({ provider: newProvider(name) })}
        />
      )}
      {typeof opened === "object" && (
        <ProviderDialog
          provider={opened.provider}
          isNew={!providers.includes(opened.provider)}
          errors={errorsOf(opened.provider)}
          onClose={() => setOpened(undefined)}
          onSet={(provider) => keep(withProvider(oauth2, provider))}
          onRemove={() => keep(withoutProvider(oauth2, opened.provider))}
        />
      )}
    </>
  );
}

function withoutProvider(
  { providers }: AuthCollectionModel["oauth2"],
  { name }: OAuth2Provider,
): Partial<AuthCollectionModel["oauth2"]> {
  return { providers: providers.filter((each) => each.name !== name) };
}

/** A first provider turns the whole on. */
function withProvider(
  { providers }: AuthCollectionModel["oauth2"],
  provider: OAuth2Provider,
): Partial<AuthCollectionModel["oauth2"]> {
  if (!providers.some(({ name }) => name === provider.name))
    return { providers: [...providers, provider], enabled: true };
  return { providers: providers.map((each) => (each.name === provider.name ? provider : each)) };
}

function newProvider(name: string): OAuth2Provider {
  return {
    name,
    clientId: "",
    clientSecret: "",
    authURL: "",
    tokenURL: "",
    userInfoURL: "",
    displayName: "",
    logo: "",
  };
}

function ProviderCard({
  provider,
  isWrong,
  onOpen,
}: {
  readonly provider: OAuth2Provider;
  readonly isWrong: boolean;
  readonly onOpen: () => void;
}) {
  const info = knownProviders()?.find(({ name }) => name === provider.name);
  const shown = provider.displayName || info?.displayName || provider.name;
  return (
    <div class="provider-card" data-invalid={isWrong ? "" : undefined}>
      <ProviderLogo info={info} />
      <span class="provider-card-name">
        {shown}
        <Tag>{provider.name}</Tag>
      </span>
      <IconButton
        size="small"
        icon={isWrong ? "warning" : "sliders"}
        label={t("options.oauth2.settingsOf", { name: shown })}
        onClick={onOpen}
      />
    </div>
  );
}

const MAPPED = ["id", "name", "username", "avatarURL"] as const;

function MappedFields({
  collection,
  onChange,
}: {
  readonly collection: AuthCollectionModel;
  readonly onChange: (mapped: Record<string, string>) => void;
}) {
  const { mappedFields } = collection.oauth2;
  return (
    <fieldset class="g-stack" data-gap="small">
      <legend class="g-field-label">{t("options.oauth2.mapped")}</legend>
      <div class="field-settings">
        {MAPPED.map((name) => (
          <SelectField
            key={name}
            label={t(`options.oauth2.mapped.${name}`)}
            value={mappedFields[name] ?? ""}
            choices={[
              { value: "", label: t("options.oauth2.mapped.none") },
              ...targetsOf(collection, name).map((field) => ({ value: field, label: field })),
            ]}
            onChange={(field) => onChange({ ...mappedFields, [name]: field })}
          />
        ))}
      </div>
    </fieldset>
  );
}

/** Fields that can hold it: texts, and for the picture files and addresses too. */
function targetsOf({ fields }: AuthCollectionModel, name: (typeof MAPPED)[number]): string[] {
  const types =
    name === "avatarURL" ? ["text", "editor", "url", "file", "json"] : ["text", "editor"];
  return fields
    .filter((field) => types.includes(field.type) && field.name !== "tokenKey")
    .filter((field) => name === "id" || field.name !== "id")
    .map((field) => field.name);
}

function RedirectAddress() {
  const address = `${client.baseURL}/api/oauth2-redirect`;
  return (
    <div class="g-stack" data-gap="small">
      <span class="g-field-label">{t("options.oauth2.redirect")}</span>
      <CodeBlock code={address} language="plain">
        <CopyButton text={address} />
      </CodeBlock>
    </div>
  );
}
