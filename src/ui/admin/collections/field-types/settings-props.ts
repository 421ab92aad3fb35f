import type { CollectionField, CollectionModel } from "pocketbase";
import type { FormErrors } from "../../api/form-errors.ts";

/** What the settings of a field are given. */
export interface SettingsProps {
  readonly field: CollectionField;
  /** Whether it has been saved already. */
  readonly isStored: boolean;
  /** By the names of its options. */
  readonly errors: FormErrors;
  readonly onChange: (patch: Partial<CollectionField>) => void;
  /** The collection that it belongs to, as it is edited. */
  readonly collection: CollectionModel;
}
