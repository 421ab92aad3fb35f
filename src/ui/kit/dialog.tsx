import type { ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./button.tsx";
import { kitTexts } from "./texts.ts";
import { Toasts } from "./toast.tsx";

/** The open dialogs, the topmost last. */
const openDialogs = signal<readonly symbol[]>([]);

/** Whether any dialog or panel is open. */
export function isDialogOpen(): boolean {
  return openDialogs.value.length > 0;
}

export interface DialogProps {
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
  /** Buttons at the bottom. */
  readonly foot?: ComponentChildren;
  /** Controls beside the title. */
  readonly head?: ComponentChildren;
  /** A panel fills the right side from top to bottom. */
  readonly shape?: "dialog" | "panel" | undefined;
  /** CSS width; the window's is the limit. */
  readonly width?: string | undefined;
  /** Esc, the cross or a click beside it: the owner takes it away, or asks first. */
  readonly onClose: () => void;
  /** Ctrl+S or ⌘S while it is the topmost. */
  readonly onSave?: (() => void) | undefined;
  /** When given, the content is a form and Enter in it comes here. */
  readonly onSubmit?: (() => void) | undefined;
}

/** A modal dialog or side panel, open as long as it is rendered; the focus returns where it came from. */
export function Dialog(props: DialogProps) {
  const { children, foot, shape = "dialog", width, onClose, onSubmit } = props;
  const element = useRef<HTMLDialogElement>(null);
  const id = useRef(Symbol("dialog")).current;
  const titleId = useId();
  useModal(element, id);
  useKeys(id, props);
  const body = (
    <>
      <div class="g-dialog-body">{children}</div>
      {foot && <div class="g-dialog-foot">{foot}</div>}
    </>
  );
  return (
    // A click beside the dialog lands on the element itself; Esc does the same by key.
    <dialog
      ref={element}
      class="g-dialog"
      data-shape={shape}
      aria-labelledby={titleId}
      // A dialog within a dialog does not take over its width.
      style={{ "--dialog-width": width ?? "initial" }}
      onCancel={(event) => {
        if (event.target !== element.current) return;
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        // Closed by the browser: it is open as long as its owner says so.
        if (!element.current) return;
        element.current.showModal();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === element.current && isBeside(event, event.currentTarget)) onClose();
      }}
    >
      <DialogHead {...props} titleId={titleId} />
      {onSubmit ? <DialogForm onSubmit={onSubmit}>{body}</DialogForm> : body}
      {openDialogs.value.at(-1) === id && <Toasts />}
    </dialog>
  );
}

function DialogHead({ title, titleId, head, onClose }: DialogProps & { readonly titleId: string }) {
  return (
    <header class="g-dialog-head">
      {/* The focus begins here where no input wants it. */}
      <h2 id={titleId} tabIndex={-1}>
        {title}
      </h2>
      {head}
      <IconButton icon="close" label={kitTexts.value.close} onClick={onClose} />
    </header>
  );
}

/** On the document: what had the focus may have gone. */
function useKeys(id: symbol, props: DialogProps): void {
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (openDialogs.peek().at(-1) === id) handleKey(event, latest.current);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function handleKey(event: KeyboardEvent, { onClose, onSave }: DialogProps): void {
  const isSave = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
  if (event.key !== "Escape" && !isSave) return;
  // The browser's own way out asks nobody the second time.
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isSave) onSave?.();
  else onClose();
}

function DialogForm({
  children,
  onSubmit,
}: {
  readonly children: ComponentChildren;
  readonly onSubmit: () => void;
}) {
  return (
    <form
      class="g-dialog-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // A dialog that another one has opened stands inside of its form.
        event.stopPropagation();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}

function useModal(element: { readonly current: HTMLDialogElement | null }, id: symbol): void {
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    if (!dialog?.querySelector("[autofocus]")) dialog?.querySelector("h2")?.focus();
    return () => dialog?.close();
  }, []);
  useEffect(() => {
    openDialogs.value = [...openDialogs.peek(), id];
    return () => {
      openDialogs.value = openDialogs.peek().filter((each) => each !== id);
    };
  }, []);
}

function isBeside(event: MouseEvent, dialog: HTMLElement): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x < left || x > right || y < top || y > bottom;
}
