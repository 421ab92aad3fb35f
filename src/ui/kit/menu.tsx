import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-paths.ts";
import { usePopup } from "./use-popup.ts";

/** One line of a menu; `"line"` separates groups, `{ title }` names one. */
export type MenuEntry = MenuItem | "line" | { readonly title: string };

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName | undefined;
  readonly look?: "danger" | undefined;
  readonly disabled?: boolean | undefined;
  /** Makes it one of a choice. */
  readonly checked?: boolean | undefined;
  /** A short note at the right: a key, a count. */
  readonly hint?: string | undefined;
  /** Where it leads: a middle click or Ctrl+click opens that in a tab of its own. */
  readonly href?: string | undefined;
  readonly onSelect: () => void;
}

export interface MenuProps {
  /** Name of the button; shown when there is no icon, or with `showLabel`. */
  readonly label: string;
  readonly icon?: IconName | undefined;
  readonly showLabel?: boolean | undefined;
  readonly look?: "primary" | "quiet" | undefined;
  readonly size?: "small" | undefined;
  readonly align?: "start" | "end" | undefined;
  readonly disabled?: boolean | undefined;
  readonly entries: readonly MenuEntry[];
}

/** A button that opens a list of actions. Arrows, Home, End and first letters move in it, Esc closes it. */
export function Menu({ label, icon, showLabel = false, align, entries, ...button }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const close = () => setOpen(false);
  usePopup({ anchor, popup, isOpen, align, onClose: close });
  useEffect(() => {
    if (isOpen) menuItems(popup.current)[0]?.focus();
  }, [isOpen]);
  const shared = {
    ...button,
    buttonRef: anchor,
    hasPopup: "menu" as const,
    expanded: isOpen,
    onClick: () => setOpen(!isOpen),
  };
  return (
    <>
      {icon && !showLabel ? (
        <IconButton {...shared} icon={icon} label={label} />
      ) : (
        <Button {...shared} icon={icon} iconAfter="chevron-down">
          {label}
        </Button>
      )}
      {isOpen && (
        <div
          ref={popup}
          class="g-popup"
          popover="auto"
          role="menu"
          aria-label={label}
          onKeyDown={(event) => moveInMenu(event, popup.current)}
        >
          {entries.map((entry, index) => (
            <MenuLine
              key={index}
              entry={entry}
              onDone={() => {
                close();
                anchor.current?.focus();
              }}
            />
          ))}
        </div>
      )}
    </>
  );
}

function MenuLine({
  entry,
  onDone,
}: {
  readonly entry: MenuEntry;
  readonly onDone: () => void;
}): ComponentChildren {
  if (entry === "line") return <hr class="g-menu-line" />;
  if ("title" in entry) return <div class="g-menu-title">{entry.title}</div>;
  const { look, disabled, checked, href, onSelect } = entry;
  const shared = {
    class: "g-menu-item",
    role: checked === undefined ? ("menuitem" as const) : ("menuitemcheckbox" as const),
    "aria-checked": checked,
    "data-look": look,
    tabIndex: -1,
  };
  const select = () => {
    onDone();
    onSelect();
  };
  const content = <MenuItemContent {...entry} />;
  if (href === undefined)
    return (
      <button type="button" {...shared} disabled={disabled} onClick={select}>
        {content}
      </button>
    );
  return (
    <a
      {...shared}
      href={href}
      onClick={(event) => {
        if (isForNewTab(event)) return;
        event.preventDefault();
        select();
      }}
    >
      {content}
    </a>
  );
}

function MenuItemContent({ label, icon, hint }: MenuItem) {
  return (
    <>
      {icon && <Icon name={icon} />}
      <span>{label}</span>
      {hint && <span class="g-menu-hint">{hint}</span>}
    </>
  );
}

/** The browser itself opens it, and the menu stays for more of them. */
function isForNewTab({ ctrlKey, metaKey, shiftKey }: MouseEvent): boolean {
  return ctrlKey || metaKey || shiftKey;
}

function menuItems(popup: HTMLElement | null): HTMLElement[] {
  return [...(popup?.querySelectorAll<HTMLElement>(".g-menu-item:not(:disabled)") ?? [])];
}

function moveInMenu(event: KeyboardEvent, popup: HTMLElement | null): void {
  // Closes the popup by the browser, and not also the dialog that it stands in.
  if (event.key === "Escape") event.stopPropagation();
  const items = menuItems(popup);
  // Unlike a button, a link takes only Enter.
  if (event.key === " " && event.target instanceof HTMLAnchorElement) {
    event.preventDefault();
    event.target.click();
    return;
  }
  const at = items.findIndex((item) => item === document.activeElement);
  const target = nextItem(event.key, items, at);
  if (!target) return;
  event.preventDefault();
  target.focus();
}

function nextItem(key: string, items: readonly HTMLElement[], at: number): HTMLElement | undefined {
  if (key === "ArrowDown") return items[(at + 1) % items.length];
  if (key === "ArrowUp") return items[(at - 1 + items.length) % items.length];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1 || key === " ") return undefined;
  const starts = (item: HTMLElement) =>
    item.textContent.trim().toLowerCase().startsWith(key.toLowerCase());
  return items.slice(at + 1).find(starts) ?? items.find(starts);
}
