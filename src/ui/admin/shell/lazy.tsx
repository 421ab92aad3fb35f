import type { ComponentType } from "preact";
import { signal, type Signal } from "@preact/signals";
import { Loading, Notice } from "../../kit/notice.tsx";
import { t } from "../i18n/language.ts";

/** A component whose code is fetched when it is first shown. */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const loaded: Signal<ComponentType<Props> | "failed" | undefined> = signal(undefined);
  let isAsked = false;
  return function Lazy(props: Props) {
    if (!isAsked) {
      isAsked = true;
      load().then(
        (component) => (loaded.value = component),
        () => (loaded.value = "failed"),
      );
    }
    const Component = loaded.value;
    if (Component === undefined) return <Loading label={t("shell.loading")} />;
    return Component === "failed" ? (
      <Notice tone="danger">{t("shell.failed")}</Notice>
    ) : (
      <Component {...props} />
    );
  };
}
