import type { OAuth2Provider } from "pocketbase";
import { useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/text-field.tsx";
import type { FormErrors } from "../../api/form-errors.ts";
import { t } from "../../i18n/language.ts";
import { useGuardedClose } from "../../shell/unsaved.ts";
import { AppleSecretDialog } from "./apple-secret-dialog.tsx";
import { providerForm } from "./provider-forms.ts";
import { knownProviders } from "./provider-info.ts";
import { ProviderExtras } from "./provider-extras.tsx";

export interface ProviderDialogProps {
  readonly provider: OAuth2Provider;
  readonly isNew: boolean;
  readonly errors: FormErrors;
  readonly onClose: () => void;
  readonly onSet: (provider: OAuth2Provider) => void;
  readonly onRemove: () => void;
}

/** The settings of one provider; they are stored with the collection. */
export function ProviderDialog(props: ProviderDialogProps) {
  const { provider: before, errors, onClose, onSet } = props;
  const [provider, setProvider] = useState(before);
  const close = useGuardedClose(JSON.stringify(provider) !== JSON.stringify(before), onClose);
  const change = (patch: Partial<OAuth2Provider>) => setProvider({ ...provider, ...patch });
  const info = knownProviders()?.find(({ name }) => name === provider.name);
  return (
    <Dialog
      title={info?.displayName ?? provider.name}
      width="36rem"
      onClose={close}
      onSubmit={() => onSet(provider)}
      foot={<ProviderFoot {...props} onClose={close} />}
    >
      <div class="g-stack">
        <TextField
          label={t("options.provider.clientId")}
          value={provider.clientId}
          onInput={(clientId) => change({ clientId })}
          error={errors["clientId"]}
          required
          autoFocus
        />
        <SecretField {...props} provider={provider} onChange={change} />
        <ProviderExtras provider={provider} errors={errors} onChange={change} />
      </div>
    </Dialog>
  );
}

function ProviderFoot({ isNew, onClose, onRemove }: ProviderDialogProps) {
  return (
    <>
      {!isNew && (
        <>
          <Button look="quiet" icon="trash" onClick={onRemove}>
            {t("options.oauth2.removeShort")}
          </Button>
          <span class="g-spacer" />
        </>
      )}
      <Button onClick={onClose}>{t("kit.cancel")}</Button>
      <Button type="submit" look="primary">
        {t("options.oauth2.set")}
      </Button>
    </>
  );
}

function SecretField({
  provider,
  isNew,
  errors,
  onChange,
}: ProviderDialogProps & { readonly onChange: (patch: Partial<OAuth2Provider>) => void }) {
  const [isSigning, setSigning] = useState(false);
  // A stored secret is never sent back: not being there means that it stays.
  const isSecretKept = !isNew && provider.clientSecret === undefined;
  return (
    <>
      <TextField
        label={t("options.provider.clientSecret")}
        type="password"
        autoComplete="new-password"
        placeholder={isSecretKept ? t("options.provider.secretKept") : undefined}
        value={provider.clientSecret ?? ""}
        onInput={(clientSecret) => onChange({ clientSecret })}
        onErase={() => onChange({ clientSecret: "" })}
        error={errors["clientSecret"]}
        required={!isSecretKept}
        aside={
          providerForm(provider.name).hasSignedSecret && (
            <Button size="small" look="quiet" icon="key" onClick={() => setSigning(true)}>
              {t("options.apple.generate")}
            </Button>
          )
        }
      />
      {isSigning && (
        <AppleSecretDialog
          clientId={provider.clientId}
          onClose={() => setSigning(false)}
          onMade={(clientSecret) => {
            onChange({ clientSecret });
            setSigning(false);
          }}
        />
      )}
    </>
  );
}
