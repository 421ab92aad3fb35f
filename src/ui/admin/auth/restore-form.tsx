import { useRef, useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { uploadProgress } from "../api/upload-progress.ts";
import { useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import { hrefTo } from "../shell/navigation.ts";
import { restoreBackup, uploadBackup } from "./restore-backup.ts";

type Phase = "choosing" | "uploading" | "restoring" | "done";

/** Instead of a first superuser: the data of another server, from a backup of it. */
export function RestoreForm({
  token,
  onPhase,
}: {
  /** Of the installer. */
  readonly token: string;
  /** Tells whether it is under way or done: then there is no superuser to be made. */
  readonly onPhase: (isBegun: boolean) => void;
}) {
  const [phase, setPhase] = useState<Phase>("choosing");
  const input = useRef<HTMLInputElement>(null);
  const form = useForm("file");
  const go = (next: Phase) => {
    setPhase(next);
    onPhase(next !== "choosing");
  };
  const restore = async (file: File) => {
    const isGood = await form.submit(async () => {
      go("uploading");
      const key = await uploadBackup(file, token);
      go("restoring");
      await restoreBackup(key, token);
    });
    go(isGood ? "done" : "choosing");
  };
  const problem = form.problem ?? Object.values(form.errors)[0];
  return (
    <div class="auth-or">
      {problem && <Notice tone="danger">{problem}</Notice>}
      {phase === "choosing" && (
        <Button icon="upload" onClick={() => input.current?.click()}>
          {t("auth.restore")}
        </Button>
      )}
      <input
        ref={input}
        type="file"
        accept=".zip,application/zip"
        aria-label={t("auth.restore.file")}
        hidden
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = "";
          if (file) void restore(file);
        }}
      />
      <Progress phase={phase} />
      {phase === "done" && <Done />}
    </div>
  );
}

function Progress({ phase }: { readonly phase: Phase }) {
  if (phase !== "uploading" && phase !== "restoring") return null;
  const share = phase === "uploading" ? uploadProgress.value : undefined;
  const text = t(`auth.restore.${phase}`);
  return (
    <div class="auth-progress" role="status">
      <span>{text}</span>
      <progress aria-label={text} max={1} {...(share !== undefined && { value: share })} />
    </div>
  );
}

function Done() {
  // The page of the restored server may be another one: it is loaded anew.
  const signIn = () => {
    location.hash = hrefTo("/login");
    location.reload();
  };
  return (
    <>
      <Notice tone="success">{t("auth.restore.done")}</Notice>
      <Button look="primary" iconAfter="arrow-right" onClick={signIn}>
        {t("auth.restore.signIn")}
      </Button>
    </>
  );
}
