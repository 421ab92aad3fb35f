import type { ComponentChildren } from "preact";
import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { Notice } from "../../kit/notice.tsx";
import { t } from "../i18n/language.ts";
import type { FormState } from "./use-form.ts";

interface FormDialogProps {
  readonly title: string;
  readonly form: FormState;
  /** What the button says that sends it. */
  readonly action: string;
  readonly onSend: () => Promise<void>;
  /** Ctrl+S sends it too. */
  readonly savesByKey?: boolean | undefined;
  readonly onClose: () => void;
  /** The fields. */
  readonly children: ComponentChildren;
}

/** A small form in a dialog: what is wrong with it, its fields, and buttons to leave or send it. */
export function FormDialog(props: FormDialogProps) {
  const { title, form, action, onSend, savesByKey = false, onClose, children } = props;
  const send = () => void form.submit(onSend);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSave={savesByKey ? send : undefined}
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>{t("kit.cancel")}</Button>
          <Button type="submit" look="primary" busy={form.isBusy}>
            {action}
          </Button>
        </>
      }
    >
      <div class="g-stack">
        {form.problem && <Notice tone="danger">{form.problem}</Notice>}
        {children}
      </div>
    </Dialog>
  );
}
