import type { RefObject } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { placePopup } from "./place-popup.ts";

export interface PopupOptions {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly popup: RefObject<HTMLElement | null>;
  readonly isOpen: boolean;
  readonly align?: "start" | "end" | undefined;
  /** Makes the popup at least as wide as its anchor. */
  readonly matchWidth?: boolean | undefined;
  readonly onClose: () => void;
}

/** Keeps a popup (an element with the attribute `popover`) open beside its anchor. */
export function usePopup(options: PopupOptions): void {
  const { anchor, popup, isOpen, onClose } = options;
  useLayoutEffect(() => {
    const element = popup.current;
    if (!isOpen || !element) return undefined;
    element.showPopover();
    const onToggle = (event: Event) => {
      if (event instanceof ToggleEvent && event.newState === "closed") onClose();
    };
    element.addEventListener("toggle", onToggle);
    return () => {
      element.removeEventListener("toggle", onToggle);
      if (element.matches(":popover-open")) element.hidePopover();
    };
  }, [isOpen]);
  useLayoutEffect(() => {
    if (isOpen) place(options);
  });
  useEffect(() => {
    if (!isOpen) return undefined;
    const follow = () => place(options);
    addEventListener("scroll", follow, { capture: true, passive: true });
    addEventListener("resize", follow);
    return () => {
      removeEventListener("scroll", follow, { capture: true });
      removeEventListener("resize", follow);
    };
  }, [isOpen, anchor, popup]);
}

function place({ anchor, popup, align, matchWidth }: PopupOptions): void {
  const element = popup.current;
  const box = anchor.current?.getBoundingClientRect();
  if (!element || !box) return;
  if (matchWidth) element.style.minWidth = `${box.width}px`;
  const size = { width: element.offsetWidth, height: element.offsetHeight };
  const window = { width: document.documentElement.clientWidth, height: innerHeight };
  const { left, top } = placePopup(box, size, { window, ...(align && { align }) });
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
}
