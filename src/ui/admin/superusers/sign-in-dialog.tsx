import { useEffect, useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { Loading, Notice } from "../../kit/notice.tsx";
import { errorText } from "../api/form-errors.ts";
import { hasPasskeys } from "../auth/passkey.ts";
import { type AuthExtras, loadAuthExtras, NO_EXTRAS } from "../collections/auth-extras.ts";
import { editCollection } from "../collections/editing.ts";
import { t } from "../i18n/language.ts";
import { PasskeysSection } from "./passkeys-section.tsx";
import { RecoveryCodesSection } from "./recovery-codes-section.tsx";
import { TotpSection } from "./totp-section.tsx";

/** What whoever is signed in has set up beside the password. */
export function SignInDialog({ onClose }: { readonly onClose: () => void }) {
  const [extras, setExtras] = useState<AuthExtras | string>();
  useEffect(() => {
    loadAuthExtras("_superusers").then(
      (found) => setExtras(found ?? NO_EXTRAS),
      (error: unknown) => setExtras(errorText(error)),
    );
  }, []);
  return (
    <Dialog
      title={t("superusers.signIn")}
      width="34rem"
      onClose={onClose}
      foot={<Button onClick={onClose}>{t("kit.close")}</Button>}
    >
      {extras === undefined && <Loading label={t("shell.loading")} />}
      {typeof extras === "string" && <Notice tone="danger">{extras}</Notice>}
      {typeof extras === "object" && <Sections extras={extras} onClose={onClose} />}
    </Dialog>
  );
}

function Sections({
  extras: { totp, passkeys, recoveryCodes },
  onClose,
}: {
  readonly extras: AuthExtras;
  readonly onClose: () => void;
}) {
  const settings = () => {
    onClose();
    void editCollection("_superusers");
  };
  const isNothing = !totp.enabled && !passkeys.enabled && !recoveryCodes.enabled;
  return (
    <div class="g-stack own-sections">
      {isNothing && (
        <>
          <Notice>{t("superusers.signIn.off")}</Notice>
          <div>
            <Button icon="gear" onClick={settings}>
              {t("superusers.signIn.settings")}
            </Button>
          </div>
        </>
      )}
      {totp.enabled && <TotpSection />}
      {passkeys.enabled && hasPasskeys() && <PasskeysSection />}
      {recoveryCodes.enabled && <RecoveryCodesSection />}
    </div>
  );
}
