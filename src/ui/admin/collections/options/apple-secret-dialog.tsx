import { useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { Notice } from "../../../kit/notice.tsx";
import { NumberField, TextAreaField, TextField } from "../../../kit/text-field.tsx";
import { client } from "../../api/client.ts";
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
  const [clientId, setClientId] = useState(known);
  const [teamId, setTeamId] = useState("");
  const [keyId, setKeyId] = useState("");
  const [privateKey, setPrivateKey] = useState("");
  const [duration, setDuration] = useState<number | undefined>(LONGEST);
  const form = useForm();
  const make = () =>
    form.submit(async () => {
      const { secret } = await client.settings.generateAppleClientSecret(
        clientId,
        teamId,
        keyId,
        privateKey,
        duration ?? 0,
      );
      onMade(secret);
    });
  return (
    <Dialog
      title={t("options.apple.title")}
      onClose={onClose}
      onSubmit={() => void make()}
      foot={
        <>
          <Button onClick={onClose}>{t("kit.cancel")}</Button>
          <Button type="submit" look="primary" busy={form.isBusy}>
            {t("options.apple.generate")}
          </Button>
        </>
      }
    >
      <div class="g-stack">
        <p>{t("options.apple.text")}</p>
        {form.problem && <Notice tone="danger">{form.problem}</Notice>}
        <TextField
          label={t("options.provider.clientId")}
          value={clientId}
          onInput={setClientId}
          error={form.errors["clientId"]}
          required
        />
        <TextField
          label={t("options.apple.teamId")}
          value={teamId}
          onInput={setTeamId}
          error={form.errors["teamId"]}
          required
        />
        <TextField
          label={t("options.apple.keyId")}
          value={keyId}
          onInput={setKeyId}
          error={form.errors["keyId"]}
          required
        />
        <NumberField
          label={t("options.duration")}
          value={duration}
          onInput={setDuration}
          min={1}
          max={LONGEST}
          error={form.errors["duration"]}
        />
        <TextAreaField
          label={t("options.apple.privateKey")}
          rows={6}
          value={privateKey}
          onInput={setPrivateKey}
          error={form.errors["privateKey"]}
          required
        />
      </div>
    </Dialog>
  );
}
