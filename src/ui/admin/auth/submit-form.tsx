import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * A form that the page sends itself; the browser's own bubbles stay away. The keyboard is at once where it begins,
 * also when it follows another form.
 */
export function SubmitForm({
  onSubmit,
  children,
}: {
  readonly onSubmit: () => void;
  readonly children: ComponentChildren;
}) {
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    const find = (selector: string) => form.current?.querySelector<HTMLElement>(selector);
    (find("[autofocus]") ?? find("input") ?? find("[type=submit]"))?.focus();
  }, []);
  return (
    <form
      ref={form}
      class="g-stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
