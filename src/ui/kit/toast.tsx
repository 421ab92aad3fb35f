import { signal } from "@preact/signals";
import { Button, IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { kitTexts } from "./texts.ts";

export interface ToastOptions {
  readonly tone?: "success" | "danger" | undefined;
  /** Something to do about it, such as undoing. */
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

interface ShownToast extends ToastOptions {
  readonly id: number;
  readonly text: string;
}

const SHOWN_MS = 4000;
const SHOWN_WITH_ACTION_MS = 9000;

const toasts = signal<readonly ShownToast[]>([]);
const timers = new Map<number, ReturnType<typeof setTimeout>>();
let lastId = 0;

/** Says something for a few seconds, longer while it is pointed at; errors stay until they are closed. */
export function toast(text: string, options: ToastOptions = {}): void {
  const shown: ShownToast = { ...options, text, id: ++lastId };
  const others = toasts.peek().filter((each) => each.text !== text);
  toasts.value = [...others.slice(-3), shown];
  startTimer(shown);
}

/** Shows what `toast` says; once per page, and in whatever dialog is topmost. */
export function Toasts() {
  return (
    <div
      class="g-toasts"
      role="region"
      aria-label={kitTexts.value.notifications}
      aria-live="polite"
    >
      {toasts.value.map((shown) => (
        <Toast key={shown.id} shown={shown} />
      ))}
    </div>
  );
}

function Toast({ shown }: { readonly shown: ShownToast }) {
  const { id, text, tone, action } = shown;
  return (
    <div
      class="g-toast"
      data-tone={tone}
      role={tone === "danger" ? "alert" : undefined}
      onMouseEnter={() => stopTimer(id)}
      onMouseLeave={() => startTimer(shown)}
    >
      <Icon name={tone === "danger" ? "warning" : tone === "success" ? "check" : "info"} />
      <p>{text}</p>
      {action && (
        <Button
          size="small"
          onClick={() => {
            close(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton
        size="small"
        icon="close"
        label={kitTexts.value.close}
        onClick={() => close(id)}
      />
    </div>
  );
}

function startTimer({ id, tone, action }: ShownToast): void {
  if (tone === "danger") return;
  timers.set(
    id,
    setTimeout(() => close(id), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS),
  );
}

function stopTimer(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
}

function close(id: number): void {
  stopTimer(id);
  toasts.value = toasts.peek().filter((each) => each.id !== id);
}
