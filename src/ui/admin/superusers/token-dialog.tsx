import type { RecordModel } from "pocketbase";
import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { CodeBlock } from "../../kit/code-field.tsx";
import { CopyButton } from "../../kit/copy-button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { Notice } from "../../kit/notice.tsx";
import { NumberField } from "../../kit/text-field.tsx";
import { client } from "../api/client.ts";
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
  const make = () =>
    form.submit(async () => {
      const { authStore } = await client
        .collection(record.collectionId)
        .impersonate(record.id, duration ?? 0);
      setToken(authStore.token);
    });
  return (
    <Dialog
      title={t("superusers.token.title", { email: String(record["email"] || record.id) })}
      onClose={onClose}
      onSubmit={() => void (token === "" ? make() : onClose())}
      foot={
        token === "" ? (
          <>
            <Button onClick={onClose}>{t("kit.cancel")}</Button>
            <Button type="submit" look="primary" busy={form.isBusy}>
              {t("superusers.token.make")}
            </Button>
          </>
        ) : (
          <Button onClick={onClose}>{t("kit.close")}</Button>
        )
      }
    >
      <div class="g-stack">
        {form.problem && <Notice tone="danger">{form.problem}</Notice>}
        {token === "" ? (
          <>
            <p>{t("superusers.token.text")}</p>
            <NumberField
              label={t("superusers.token.duration")}
              help={t("superusers.token.durationHelp")}
              value={duration}
              onInput={setDuration}
              min={0}
              error={form.errors["duration"]}
            />
          </>
        ) : (
          <>
            <Notice tone="success">{t("superusers.token.made")}</Notice>
            <CodeBlock code={token} language="plain">
              <CopyButton text={token} />
            </CodeBlock>
            <CodeBlock code={snippet(token)} language="javascript">
              <CopyButton text={snippet(token)} />
            </CodeBlock>
          </>
        )}
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
