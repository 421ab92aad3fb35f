import type { RecordModel } from "pocketbase";
import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { CodeBlock } from "../../kit/code-field.tsx";
import { CopyButton } from "../../kit/copy-button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { Notice } from "../../kit/notice.tsx";
import { NumberField } from "../../kit/text-field.tsx";
import { client } from "../api/client.ts";
import { FormDialog } from "../api/form-dialog.tsx";
import { useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";

/** Makes a token for scripts and servers (PocketBase: impersonate). */
export function TokenDialog({
  record,
  onClose,
}: {
  readonly record: RecordModel;
  readonly onClose: () => void;
}) {
  const [duration, setDuration] = useState<number>();
  const [token, setToken] = useState("");
  const form = useForm();
  const title = t("superusers.token.title", { email: String(record["email"] || record.id) });
  if (token !== "") return <MadeToken title={title} token={token} onClose={onClose} />;
  const make = async () => {
    const { authStore } = await client
      .collection(record.collectionId)
      .impersonate(record.id, duration ?? 0);
    setToken(authStore.token);
  };
  return (
    <FormDialog
      title={title}
      form={form}
      action={t("superusers.token.make")}
      onSend={make}
      onClose={onClose}
    >
      <p>{t("superusers.token.text")}</p>
      <NumberField
        label={t("superusers.token.duration")}
        help={t("superusers.token.durationHelp")}
        value={duration}
        onInput={setDuration}
        min={0}
        error={form.errors["duration"]}
      />
    </FormDialog>
  );
}

/** It is shown once: nobody can look it up again. */
function MadeToken({
  title,
  token,
  onClose,
}: {
  readonly title: string;
  readonly token: string;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={<Button onClick={onClose}>{t("kit.close")}</Button>}
    >
      <div class="g-stack">
        <Notice tone="success">{t("superusers.token.made")}</Notice>
        <CodeBlock code={token} language="plain">
          <CopyButton text={token} />
        </CodeBlock>
        <CodeBlock code={snippet(token)} language="javascript">
          <CopyButton text={snippet(token)} />
        </CodeBlock>
      </div>
    </Dialog>
  );
}

function snippet(token: string): string {
  return [
    'import PocketBase from "pocketbase";',
    "",
    `const pb = new PocketBase(${JSON.stringify(client.baseURL)});`,
    `pb.authStore.save(${JSON.stringify(token)});`,
  ].join("\n");
}
