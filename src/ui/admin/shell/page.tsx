import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { appMeta } from "../data/settings.ts";

/** The frame of a page: its name, its actions, its content. */
export function Page({
  title,
  before,
  actions,
  children,
}: {
  readonly title: string;
  /** Left of the name. */
  readonly before?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${title} · ${appMeta.value.appName}`;
  }, [title]);
  return (
    <div class="page">
      <header class="page-head">
        {before}
        <h1>{title}</h1>
        <div class="page-actions">{actions}</div>
      </header>
      <div class="page-body">{children}</div>
    </div>
  );
}
