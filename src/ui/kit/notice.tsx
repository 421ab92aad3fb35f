import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-paths.ts";

export type Tone = "accent" | "success" | "warning" | "danger";

/** A short word about a thing: its kind or state. */
export function Tag({
  tone,
  icon,
  children,
}: {
  readonly tone?: Tone | undefined;
  readonly icon?: IconName | undefined;
  readonly children: ComponentChildren;
}) {
  return (
    <span class="g-tag" data-tone={tone}>
      {icon && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}

const NOTICE_ICONS = {
  accent: "info",
  success: "check",
  warning: "alert",
  danger: "warning",
} as const;

/** A sentence that stands on the page. */
export function Notice({
  tone = "accent",
  children,
}: {
  readonly tone?: Tone | undefined;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="g-notice" data-tone={tone} role={tone === "danger" ? "alert" : undefined}>
      <Icon name={NOTICE_ICONS[tone]} />
      <div>{children}</div>
    </div>
  );
}

/** What stands where there is nothing yet. */
export function EmptyState({
  icon,
  title,
  children,
}: {
  readonly icon?: IconName | undefined;
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="g-empty">
      {icon && <Icon name={icon} size={32} />}
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Something that is opened to see more. */
export function Disclosure({
  title,
  aside,
  open,
  onToggle,
  children,
}: {
  readonly title: ComponentChildren;
  readonly aside?: ComponentChildren;
  readonly open?: boolean | undefined;
  readonly onToggle?: ((isOpen: boolean) => void) | undefined;
  readonly children: ComponentChildren;
}) {
  return (
    <details
      class="g-disclosure"
      open={open}
      onToggle={(event) => onToggle?.(event.currentTarget.open)}
    >
      <summary>
        <Icon name="chevron-right" size={14} />
        {title}
        {aside && <span class="g-disclosure-aside">{aside}</span>}
      </summary>
      <div class="g-disclosure-body g-stack">{children}</div>
    </details>
  );
}

/** Says that something is being fetched. */
export function Loading({ label }: { readonly label: string }) {
  return (
    <div class="g-empty" role="status">
      <span class="g-spinner" />
      <span class="g-visually-hidden">{label}</span>
    </div>
  );
}
