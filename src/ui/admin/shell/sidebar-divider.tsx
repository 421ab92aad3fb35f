import { signal } from "@preact/signals";
import { t } from "../i18n/language.ts";

const KEY = "pbPageSidebarWidth";
const MIN = 180;
const MAX = 480;
const STEP = 16;

/** Pixels. */
export const sidebarWidth = signal(clamp(Number.parseInt(localStorage.getItem(KEY) ?? "", 10)));

/** Makes the sidebar wider or narrower: by dragging, or with the arrow keys. */
export function SidebarDivider() {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    keep(sidebarWidth.peek() + step);
  };
  return (
    <div
      class="sidebar-divider"
      role="separator"
      aria-orientation="vertical"
      aria-label={t("shell.resize")}
      aria-valuenow={sidebarWidth.value}
      aria-valuemin={MIN}
      aria-valuemax={MAX}
      // A separator with a value is a control (ARIA 1.2).
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) keep(event.clientX);
      }}
    />
  );
}

function keep(width: number): void {
  sidebarWidth.value = clamp(width);
  localStorage.setItem(KEY, `${sidebarWidth.value}px`);
}

function clamp(width: number): number {
  return Number.isNaN(width) ? 250 : Math.round(Math.max(MIN, Math.min(MAX, width)));
}
