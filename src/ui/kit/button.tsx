import type { ComponentChildren, Ref } from "preact";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-paths.ts";

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly look?: "primary" | "danger" | "quiet" | undefined;
  readonly size?: "small" | undefined;
  readonly icon?: IconName | undefined;
  readonly iconAfter?: IconName | undefined;
  /** Shows that work goes on and takes no clicks meanwhile; the button keeps its focus. */
  readonly busy?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly pressed?: boolean | undefined;
  readonly type?: "button" | "submit" | undefined;
  /** Makes it a link that looks like a button. */
  readonly href?: string | undefined;
  readonly form?: string | undefined;
  readonly title?: string | undefined;
  readonly expanded?: boolean | undefined;
  readonly hasPopup?: "menu" | "dialog" | "listbox" | undefined;
  readonly onClick?: ((event: MouseEvent) => void) | undefined;
  /** In a dialog the keyboard begins here. */
  readonly autoFocus?: boolean | undefined;
  readonly buttonRef?: Ref<HTMLButtonElement> | undefined;
}

/** A button, or a link in its shape. */
export function Button({ children, icon, iconAfter, busy = false, ...props }: ButtonProps) {
  const content = (
    <>
      {busy ? <span class="g-spinner" /> : icon && <Icon name={icon} />}
      {children}
      {iconAfter && <Icon name={iconAfter} />}
    </>
  );
  return <ButtonElement {...props} busy={busy} content={content} />;
}

export type IconButtonProps = Omit<ButtonProps, "children" | "icon" | "iconAfter"> & {
  readonly icon: IconName;
  /** What it does: its name for everybody who does not see the icon, and the tooltip for who does. */
  readonly label: string;
};

/** A button that is only an icon. */
export function IconButton({ icon, label, busy = false, ...props }: IconButtonProps) {
  const content = busy ? <span class="g-spinner" /> : <Icon name={icon} />;
  return <ButtonElement look="quiet" {...props} busy={busy} label={label} content={content} />;
}

type ElementProps = Omit<ButtonProps, "children" | "icon" | "iconAfter"> & {
  readonly content: ComponentChildren;
  readonly label?: string | undefined;
};

function ButtonElement({ content, label, look, size, busy, href, ...props }: ElementProps) {
  const shape = {
    class: "g-button",
    "data-look": look,
    "data-size": size,
    "data-icon-only": label === undefined ? undefined : "",
    "aria-label": label,
    title: props.title ?? label,
  };
  if (href !== undefined) {
    return (
      <a {...shape} href={href} onClick={props.onClick}>
        {content}
      </a>
    );
  }
  const { type = "button", disabled, pressed, form, expanded, hasPopup, onClick } = props;
  return (
    <button
      {...shape}
      ref={props.buttonRef ?? null}
      autoFocus={props.autoFocus}
      type={type}
      form={form}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-haspopup={hasPopup}
      onClick={(event) => {
        if (!busy) onClick?.(event);
        else event.preventDefault();
      }}
    >
      {content}
    </button>
  );
}
