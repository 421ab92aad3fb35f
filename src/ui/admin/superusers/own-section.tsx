import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Loading, Notice } from "../../kit/notice.tsx";
import { errorText } from "../api/form-errors.ts";
import { t } from "../i18n/language.ts";

/** A part of a dialog about one's own account, which shows what the server has. */
export function OwnSection<T>({
  title,
  text,
  load,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly load: () => Promise<T>;
  /** @param reload fetches it again after a change */
  readonly children: (value: T, reload: () => Promise<void>) => ComponentChildren;
}) {
  const [value, setValue] = useState<{ readonly it: T } | string>();
  const reload = () =>
    load().then(
      (it) => setValue({ it }),
      (error: unknown) => setValue(errorText(error)),
    );
  useEffect(() => void reload(), []);
  return (
    <section class="g-stack" data-gap="small" aria-label={title}>
      <h3>{title}</h3>
      <p class="g-field-help">{text}</p>
      {value === undefined && <Loading label={t("shell.loading")} />}
      {typeof value === "string" && <Notice tone="danger">{value}</Notice>}
      {typeof value === "object" && children(value.it, reload)}
    </section>
  );
}
