import type { ComponentChildren } from "preact";
import { Button } from "../../kit/button.tsx";
import type { IconName } from "../../kit/icon-paths.ts";
import { Notice } from "../../kit/notice.tsx";
import type { FormState } from "../api/use-form.ts";
import { SubmitForm } from "./submit-form.tsx";

interface AuthFormProps {
  readonly form: FormState;
  readonly onSend: () => Promise<void>;
  /** What it is about, above the fields. */
  readonly text?: ComponentChildren;
  /** What is wrong with the whole, when it is not only the form that knows. */
  readonly problem?: string | undefined;
  /** What the button says. */
  readonly action: string;
  readonly icon?: IconName | undefined;
  readonly iconAfter?: IconName | undefined;
  /** The fields. */
  readonly children?: ComponentChildren;
  /** Below the button. */
  readonly foot?: ComponentChildren;
}

/** The one form of a page for guests: a text, what is wrong, fields and a button. */
export function AuthForm(props: AuthFormProps) {
  const { form, onSend, text, action, children, foot } = props;
  const problem = form.problem ?? props.problem;
  return (
    <SubmitForm onSubmit={() => void form.submit(onSend)}>
      {text && <p class="auth-text">{text}</p>}
      {problem && <Notice tone="danger">{problem}</Notice>}
      {children}
      <Button
        type="submit"
        look="primary"
        busy={form.isBusy}
        icon={props.icon}
        iconAfter={props.iconAfter}
      >
        {action}
      </Button>
      {foot}
    </SubmitForm>
  );
}
