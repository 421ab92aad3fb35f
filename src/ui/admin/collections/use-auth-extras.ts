import type { CollectionModel } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { toast } from "../../kit/toast.tsx";
import { errorText, type FormErrors, formErrors } from "../api/form-errors.ts";
import { type AuthExtras, loadAuthExtras, NO_EXTRAS, saveAuthExtras } from "./auth-extras.ts";
import { isAuth } from "./changes.ts";

/** The additions of a collection while it is edited. */
export interface AuthExtrasForm {
  /** Undefined until they are there, and where the server has none. */
  readonly value: AuthExtras | undefined;
  readonly isChanged: boolean;
  readonly set: (value: AuthExtras) => void;
  /** Back to what is stored. */
  readonly reset: () => void;
  /** Stores what has changed. @returns what the server says against it, by paths below `extras` */
  readonly save: (collection: CollectionModel) => Promise<FormErrors | undefined>;
}

/** @param original the stored collection; undefined for a new one */
export function useAuthExtras(original: CollectionModel | undefined): AuthExtrasForm {
  const [stored, setStored] = useState(original ? undefined : NO_EXTRAS);
  const [value, setValue] = useState(stored);
  const begin = (extras: AuthExtras | undefined) => {
    setStored(extras);
    setValue(extras);
  };
  const isStoredAuth = original !== undefined && isAuth(original);
  useEffect(() => {
    if (!isStoredAuth || value) return;
    loadAuthExtras(original.id).then(begin, (error: unknown) =>
      toast(errorText(error), { tone: "danger" }),
    );
  }, []);
  const isChanged = JSON.stringify(value) !== JSON.stringify(stored);
  const save = async (collection: CollectionModel) => {
    if (!value || !isChanged || !isAuth(collection)) return undefined;
    try {
      const saved = await saveAuthExtras(collection.id, value);
      setStored(saved);
      // What was changed meanwhile stays.
      setValue((now) => (now === value ? saved : now));
      return undefined;
    } catch (error) {
      const found = formErrors(error);
      if (!found) throw error;
      return Object.fromEntries(
        Object.entries(found).map(([path, text]) => [`extras.${path}`, text]),
      );
    }
  };
  return { value, isChanged, set: setValue, reset: () => setValue(stored), save };
}
