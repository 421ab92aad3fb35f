import { useId, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** Marks that something in it is wrong; said to assistive technology. */
  readonly mark?: string | undefined;
}

export interface TabsProps<Id extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
  /** The content of the selected one. */
  readonly children: ComponentChildren;
}

/** Contents of which one is shown; arrows, Home and End move between their tabs. */
export function Tabs<Id extends string>(props: TabsProps<Id>) {
  const { label, tabs, selected, onSelect, children } = props;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const select = (tab: Tab<Id> | undefined) => {
    if (!tab) return;
    onSelect(tab.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${tab.id}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === selected);
    const target = nextTab(event.key, at, tabs.length);
    if (target === undefined) return;
    event.preventDefault();
    select(tabs[target]);
  };
  return (
    <>
      <div ref={list} class="g-tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            id={`${id}-${tab.id}`}
            type="button"
            class="g-tab"
            role="tab"
            data-tab={tab.id}
            aria-selected={tab.id === selected}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === selected ? 0 : -1}
            onClick={() => onSelect(tab.id)}
          >
            {tab.label}
            {tab.mark && (
              <span class="g-tab-mark" title={tab.mark}>
                <span class="g-visually-hidden">{tab.mark}</span>
              </span>
            )}
          </button>
        ))}
      </div>
      <div
        class="g-tab-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${selected}`}
      >
        {children}
      </div>
    </>
  );
}

function nextTab(key: string, at: number, count: number): number | undefined {
  if (key === "ArrowRight") return (at + 1) % count;
  if (key === "ArrowLeft") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}
