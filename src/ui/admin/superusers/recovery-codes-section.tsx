import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { CodeBlock } from "../../kit/code-field.tsx";
import { CopyButton } from "../../kit/copy-button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { t } from "../i18n/language.ts";
import { askSuperusers } from "./own-account.ts";
import { OwnSection } from "./own-section.tsx";
import { ProofForm } from "./proof-form.tsx";

/** One's recovery codes: how many are left, and new ones instead of all. */
export function RecoveryCodesSection() {
  return (
    <OwnSection
      title={t("superusers.codes")}
      text={t("superusers.codes.text")}
      load={() => askSuperusers<{ left: number }>("GET", "recovery-codes")}
    >
      {({ left }, reload) => <Codes left={left} onChanged={reload} />}
    </OwnSection>
  );
}

function Codes({
  left,
  onChanged,
}: {
  readonly left: number;
  readonly onChanged: () => Promise<void>;
}) {
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [isAsking, setAsking] = useState(false);
  const text = codes.join("\n");
  return (
    <>
      {codes.length > 0 && (
        <>
          <Notice tone="success">{t("superusers.codes.made")}</Notice>
          <CodeBlock code={text} language="plain">
            <CopyButton text={text} />
          </CodeBlock>
        </>
      )}
      {isAsking ? (
        <ProofForm
          action={t("superusers.codes.make")}
          onCancel={() => setAsking(false)}
          onSend={async (proof) => {
            const made = await askSuperusers<{ codes: string[] }>("POST", "recovery-codes", proof);
            setCodes(made.codes);
            setAsking(false);
            await onChanged();
          }}
        />
      ) : (
        <div class="g-row">
          <span>{t("superusers.codes.left", { count: left })}</span>
          <span class="g-spacer" />
          <Button size="small" onClick={() => setAsking(true)}>
            {t("superusers.codes.make")}
          </Button>
        </div>
      )}
    </>
  );
}
