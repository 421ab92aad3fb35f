import { ClientResponseError } from "pocketbase";
import { useState } from "preact/hooks";
import { errorText, formErrors, type FormErrors } from "./form-errors.ts";
import { useOneAtATime } from "./use-one-at-a-time.ts";

export interface FormState {
  readonly isBusy: boolean;
  /** By field. */
  readonly errors: FormErrors;
  /** About the whole; undefined when all is well. */
  readonly problem: string | undefined;
  /** Runs what submits the form, unless it runs already; what it throws becomes errors. @returns whether it went well */
  readonly submit: (send: () => Promise<void>) => Promise<boolean>;
  /** Shows errors that the page itself has found. */
  readonly setErrors: (errors: FormErrors) => void;
}

/**
 * The life of a small form: busy while it is sent, then done or with errors.
 *
 * @param only the form's single field: a 400 that names none is about it
 */
export function useForm(only?: string): FormState {
  const [isBusy, setBusy] = useState(false);
  const [errors, setErrors] = useState<FormErrors>({});
  const [problem, setProblem] = useState<string>();
  const submitOnce = useOneAtATime(async (send: () => Promise<void>) => {
    setBusy(true);
    setErrors({});
    setProblem(undefined);
    try {
      await send();
      return true;
    } catch (error) {
      const found = formErrors(error) ?? aboutOnly(error, only);
      setErrors(found ?? {});
      if (!found) setProblem(errorText(error));
      return false;
    } finally {
      setBusy(false);
    }
  });
  const submit = async (send: () => Promise<void>) => (await submitOnce(send)) ?? false;
  return { isBusy, errors, problem, submit, setErrors };
}

function aboutOnly(error: unknown, only: string | undefined): FormErrors | undefined {
  const isRefused = error instanceof ClientResponseError && error.status === 400;
  return isRefused && only !== undefined ? { [only]: errorText(error) } : undefined;
}
