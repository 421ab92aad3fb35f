import type { OAuth2Provider } from "pocketbase";
import { CheckField } from "../../../kit/check-field.tsx";
import { ComboboxField } from "../../../kit/combobox-field.tsx";
import { SelectField } from "../../../kit/select-field.tsx";
import { TextField } from "../../../kit/text-field.tsx";
import type { FormErrors } from "../../api/form-errors.ts";
import { t } from "../../i18n/language.ts";
import { EMAIL_CLAIMS, larkAddresses, type ProviderForm, providerForm } from "./provider-forms.ts";

interface ExtrasProps {
  readonly provider: OAuth2Provider;
  readonly errors: FormErrors;
  readonly onChange: (patch: Partial<OAuth2Provider>) => void;
}

/** What only some providers ask for. */
export function ProviderExtras(props: ExtrasProps) {
  const { provider, errors, onChange } = props;
  const form = providerForm(provider.name);
  return (
    <>
      {form.hasDisplayName && (
        <TextField
          label={t("options.provider.displayName")}
          value={provider.displayName}
          onInput={(displayName) => onChange({ displayName })}
          error={errors["displayName"]}
        />
      )}
      {form.addresses?.map((name) => (
        <AddressField key={name} {...props} name={name} form={form} />
      ))}
      {form.sites && <SiteField {...props} sites={form.sites} />}
      {form.hasEmailClaim && <EmailClaim {...props} />}
      {form.hasProfileSource && <ProfileSource {...props} />}
      {form.hasPkce && (
        <CheckField
          label={t("options.provider.pkce")}
          help={t("options.provider.pkce.help")}
          checked={provider.pkce ?? true}
          onChange={(pkce) => onChange({ pkce })}
        />
      )}
    </>
  );
}

function AddressField({
  name,
  form,
  provider,
  errors,
  onChange,
}: ExtrasProps & {
  readonly name: "authURL" | "tokenURL" | "userInfoURL";
  readonly form?: ProviderForm;
}) {
  const isRequired = form?.needsAddresses ?? true;
  return (
    <TextField
      label={t(`options.provider.${name}`)}
      type="url"
      value={provider[name]}
      onInput={(address) => onChange({ [name]: address })}
      placeholder={isRequired ? undefined : t("options.provider.default")}
      error={errors[name]}
      required={isRequired}
    />
  );
}

function SiteField({
  provider,
  onChange,
  sites,
}: ExtrasProps & { readonly sites: NonNullable<ProviderForm["sites"]> }) {
  const current = sites.find(({ host }) => provider.authURL.includes(host)) ?? sites[0];
  return (
    <SelectField
      label={t("options.provider.site")}
      value={current?.host ?? ""}
      choices={sites.map(({ name, host }) => ({ value: host, label: `${name} (${host})` }))}
      onChange={(host) => onChange(larkAddresses(host))}
    />
  );
}

/** A text among the extras of a provider. */
function extraText({ extra }: OAuth2Provider, name: string): string {
  const value: unknown = extra?.[name];
  return typeof value === "string" ? value : "";
}

function EmailClaim({ provider, onChange }: ExtrasProps) {
  return (
    <SelectField
      label={t("options.provider.emailClaim")}
      value={extraText(provider, "idTokenEmailClaim")}
      choices={EMAIL_CLAIMS.map((claim) => ({
        value: claim,
        label: claim === "" ? t("options.provider.emailClaim.graph") : claim,
      }))}
      onChange={(idTokenEmailClaim) =>
        onChange({ extra: { ...provider.extra, idTokenEmailClaim } })
      }
    />
  );
}

function ProfileSource(props: ExtrasProps) {
  const { provider, onChange } = props;
  const hasToken = provider.userInfoURL === "" && Object.keys(provider.extra ?? {}).length > 0;
  return (
    <>
      <SelectField
        label={t("options.provider.profileFrom")}
        value={hasToken ? "idToken" : "userInfo"}
        choices={[
          { value: "userInfo", label: t("options.provider.userInfo") },
          { value: "idToken", label: t("options.provider.idToken") },
        ]}
        onChange={(source) =>
          onChange(
            source === "idToken"
              ? { userInfoURL: "", extra: { jwksURL: "", issuers: [] } }
              : { extra: {} },
          )
        }
      />
      {hasToken ? <TokenFields {...props} /> : <AddressField {...props} name="userInfoURL" />}
    </>
  );
}

/** How a signed profile is checked. */
function TokenFields({ provider, errors, onChange }: ExtrasProps) {
  const issuers: unknown = provider.extra?.["issuers"];
  return (
    <>
      <TextField
        label={t("options.provider.jwksURL")}
        type="url"
        value={extraText(provider, "jwksURL")}
        onInput={(jwksURL) => onChange({ extra: { ...provider.extra, jwksURL } })}
        error={errors["extra.jwksURL"] ?? errors["extra"]}
      />
      <ComboboxField
        label={t("options.provider.issuers")}
        help={t("options.provider.issuers.help")}
        multiple
        free
        options={[]}
        values={Array.isArray(issuers) ? issuers.map(String) : []}
        onChange={(values) => onChange({ extra: { ...provider.extra, issuers: values } })}
      />
    </>
  );
}
