import { useState } from "preact/hooks";
import { NumberField, TextAreaField, TextField } from "../../../kit/text-field.tsx";
import { client } from "../../api/client.ts";
import { FormDialog } from "../../api/form-dialog.tsx";
import type { FormErrors } from "../../api/form-errors.ts";
import { useForm } from "../../api/use-form.ts";
import { t } from "../../i18n/language.ts";

/** Apple's limit: half a year, in seconds. */
const LONGEST = 15_777_000;

/** Signs a client secret with the key that Apple has given out; the server does it and forgets the key. */
export function AppleSecretDialog({
  clientId: known,
  onClose,
  onMade,
}: {
  readonly clientId: string;
  readonly onClose: () => void;
  readonly onMade: (secret: string) => void;
}) {
  const [request, setRequest] = useState<SecretRequest>({
    clientId: known,
    teamId: "",
    keyId: "",
    privateKey: "",
    duration: LONGEST,
  });
  const form = useForm();
  return (
    <FormDialog
      title={t("options.apple.title")}
      form={form}
      action={t("options.apple.generate")}
      onSend={async () => onMade(await signSecret(request))}
      onClose={onClose}
    >
      <p>{t("options.apple.text")}</p>
      <RequestFields
        request={request}
        errors={form.errors}
        onChange={(patch) => setRequest({ ...request, ...patch })}
      />
    </FormDialog>
  );
}

interface SecretRequest {
  readonly clientId: string;
  readonly teamId: string;
  readonly keyId: string;
  /** PEM. */
  readonly privateKey: string;
  /** Seconds. */
  readonly duration: number | undefined;
}

async function signSecret(request: SecretRequest): Promise<string> {
  const { clientId, teamId, keyId, privateKey, duration = 0 } = request;
  const { settings } = client;
  const made = settings.generateAppleClientSecret(clientId, teamId, keyId, privateKey, duration);
  return (await made).secret;
}

const IDS = [
  ["clientId", "options.provider.clientId"],
  ["teamId", "options.apple.teamId"],
  ["keyId", "options.apple.keyId"],
] as const;

function RequestFields({
  request,
  errors,
  onChange,
}: {
  readonly request: SecretRequest;
  readonly errors: FormErrors;
  readonly onChange: (patch: Partial<SecretRequest>) => void;
}) {
  return (
    <>
      {IDS.map(([name, label]) => (
        <TextField
          key={name}
          label={t(label)}
          value={request[name]}
          onInput={(text) => onChange({ [name]: text })}
          error={errors[name]}
          required
        />
      ))}
      <NumberField
        label={t("options.duration")}
        value={request.duration}
        onInput={(duration) => onChange({ duration })}
        min={1}
        max={LONGEST}
        error={errors["duration"]}
      />
      <TextAreaField
        label={t("options.apple.privateKey")}
        rows={6}
        value={request.privateKey}
        onInput={(privateKey) => onChange({ privateKey })}
        error={errors["privateKey"]}
        required
      />
    </>
  );
}
