import type { AuthCollectionModel } from "pocketbase";
import type { FormErrors } from "../../api/form-errors.ts";

/** What a part of the auth options is given. */
export interface OptionsProps {
  readonly collection: AuthCollectionModel;
  /** Whether it is the collection of superusers, which has less to choose. */
  readonly isSuperusers: boolean;
  readonly errors: FormErrors;
  /** @param path whose errors no longer hold; the name of the option */
  readonly onChange: (patch: Partial<AuthCollectionModel>, path: string) => void;
}
