import type { CollectionModel } from "pocketbase";
import { useEffect, useRef, useState } from "preact/hooks";
import { toast } from "../../kit/toast.tsx";
import { errorText, type FormErrors, formErrors, withoutErrors } from "../api/form-errors.ts";
import { useInTurn } from "../api/use-in-turn.ts";
import { t } from "../i18n/language.ts";
import { mayLeave, useUnsaved } from "../shell/unsaved.ts";
import {
  type CollectionDraft,
  draftAfterSave,
  isDraftChanged,
  repeatedNames,
  startDraft,
  withFinalNames,
} from "./draft.ts";
import { closeEditor, type Editing, keepEditing } from "./editing.ts";
import type { EditorProps } from "./editor-props.ts";
import { type EditorTab, tabsOf, tabsWithErrors } from "./editor-tabs.ts";
import { saveCollection } from "./save-collection.ts";
import { type AuthExtrasForm, useAuthExtras } from "./use-auth-extras.ts";

/** The life of the collection editor: what is edited, what is wrong with it, and how it is stored. */
export interface CollectionForm {
  /** For the parts of the editor. */
  readonly parts: EditorProps;
  readonly tab: EditorTab;
  readonly setTab: (tab: EditorTab) => void;
  readonly isBusy: boolean;
  readonly isChanged: boolean;
  /** Begins again with a collection of another type. */
  readonly startAgain: (collection: CollectionModel) => void;
  /** Back to what is stored. */
  readonly reset: () => void;
  /** @param andContinue leaves the editor open */
  readonly save: (andContinue: boolean) => Promise<void>;
}

export function useCollectionForm({ original, start }: Editing): CollectionForm {
  const state = useDraft(start);
  const extras = useAuthExtras(original);
  const [isBusy, setBusy] = useState(false);
  const isChanged = state.isChanged || extras.isChanged;
  useUnsaved(() => isChanged);
  const setDone = useClosing(isChanged);
  const save = useInTurn(async (andContinue: boolean) => {
    setBusy(true);
    try {
      const saved = await store(original, state, extras);
      if (!saved) return;
      const values = { name: saved.name };
      const text = original ? t("collections.saved", values) : t("collections.created", values);
      toast(text, { tone: "success" });
      setDone(!andContinue);
    } catch (error) {
      state.show(formErrors(error) ?? {});
      toast(errorText(error), { tone: "danger" });
    } finally {
      setBusy(false);
    }
  }, isChanged);
  const reset = () => {
    if (original) state.begin(original);
    extras.reset();
  };
  const { tab, setTab, startAgain } = state;
  const parts = partsOf(original, state, extras);
  return { parts, tab, setTab, isBusy, isChanged, startAgain, reset, save };
}

/** Asks first when something would be lost. */
export async function leaveEditor(): Promise<void> {
  if (await mayLeave()) closeEditor();
}

/** @returns closes the editor once it shows what is stored; what was typed during a save keeps it open */
function useClosing(isChanged: boolean): (isDone: boolean) => void {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    if (isChanged) setDone(false);
    else closeEditor();
  }, [isDone]);
  return setDone;
}

interface DraftState {
  readonly draft: CollectionDraft;
  readonly setDraft: (draft: CollectionDraft) => void;
  readonly isChanged: boolean;
  readonly tab: EditorTab;
  readonly setTab: (tab: EditorTab) => void;
  readonly errors: FormErrors;
  readonly begin: (collection: CollectionModel) => void;
  /** What is shown has been stored; what was changed since it was sent stays. */
  readonly settle: (saved: CollectionModel) => void;
  readonly startAgain: (collection: CollectionModel) => void;
  /** Shows errors, on the first tab that has some. */
  readonly show: (errors: FormErrors) => void;
  readonly forgetErrors: (path: string) => void;
}

function useDraft(start: CollectionModel): DraftState {
  const [draft, setDraft] = useState<CollectionDraft>(() => startDraft(start));
  const [before, setBefore] = useState(start);
  const [tab, setTab] = useState<EditorTab>(tabsOf(start)[0] ?? "fields");
  const [errors, setErrors] = useState<FormErrors>({});
  const begin = (collection: CollectionModel) => {
    setDraft(startDraft(collection));
    setBefore(collection);
    setErrors({});
  };
  const latest = useRef(draft);
  latest.current = draft;
  const settle = (saved: CollectionModel) => {
    setDraft(draftAfterSave(latest.current, draft, saved));
    setBefore(saved);
    setErrors({});
  };
  const startAgain = (collection: CollectionModel) => {
    begin(collection);
    setTab(tabsOf(collection)[0] ?? "fields");
  };
  const show = (found: FormErrors) => {
    setErrors(found);
    const [first] = tabsWithErrors(tabsOf(draft.collection), found);
    if (first && tabsWithErrors([tab], found).length === 0) setTab(first);
    requestAnimationFrame(revealError);
  };
  const forgetErrors = (path: string) => setErrors(withoutErrors(errors, path));
  const isChanged = isDraftChanged(draft, before);
  return {
    draft,
    setDraft,
    isChanged,
    tab,
    setTab,
    errors,
    begin,
    settle,
    startAgain,
    show,
    forgetErrors,
  };
}

/** The first thing that is wrong may lie below the part that is seen. */
function revealError(): void {
  document.querySelector(".collection-editor .g-field-error")?.scrollIntoView({ block: "center" });
}

function partsOf(
  original: CollectionModel | undefined,
  { draft, errors, setDraft, forgetErrors }: DraftState,
  extras: AuthExtrasForm,
): EditorProps {
  return {
    draft,
    original,
    errors,
    extras: extras.value,
    onExtras: (value, path) => {
      extras.set(value);
      forgetErrors(path);
    },
    onChange: (next, path) => {
      setDraft(next);
      forgetErrors(path);
    },
  };
}

/**
 * Stores the collection, where it has changed, and then its additions.
 *
 * @returns undefined when it was not confirmed or something is wrong, which is shown
 * @throws what the server says about the collection
 */
async function store(
  original: CollectionModel | undefined,
  state: DraftState,
  extras: AuthExtrasForm,
): Promise<CollectionModel | undefined> {
  const draft = withFinalNames(state.draft, original);
  const taken = repeatedNames(draft).map((at) => [`fields.${at}.name`, t("errors.nameTaken")]);
  if (taken.length > 0) {
    state.show(Object.fromEntries(taken));
    return undefined;
  }
  const isStored = original !== undefined && !state.isChanged;
  const saved = isStored ? original : await saveCollection(original, draft);
  if (!saved) return undefined;
  if (!isStored) {
    keepEditing(saved);
    state.settle(saved);
  }
  const refused = await extras.save(saved);
  if (refused) state.show(refused);
  return refused ? undefined : saved;
}
