import type { CollectionModel } from "pocketbase";
import type { FormErrors } from "../api/form-errors.ts";
import type { AuthExtras } from "./auth-extras.ts";
import type { CollectionDraft } from "./draft.ts";

/** What every part of the collection editor is given. */
export interface EditorProps {
  readonly draft: CollectionDraft;
  /** As it is stored; undefined for a new one. */
  readonly original: CollectionModel | undefined;
  /** What the server said about the last save, by path. */
  readonly errors: FormErrors;
  /** @param path whose errors no longer hold */
  readonly onChange: (draft: CollectionDraft, path: string) => void;
  /** The additions to auth; undefined where there are none, and until they are loaded. */
  readonly extras: AuthExtras | undefined;
  /** @param path whose errors no longer hold */
  readonly onExtras: (extras: AuthExtras, path: string) => void;
}
