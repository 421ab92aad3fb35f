import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../../kit/dialog.tsx";
import { Icon } from "../../kit/icon.tsx";
import { t } from "../i18n/language.ts";
import { allCommands, type Command } from "./commands.ts";
import { rankMatches } from "./rank-matches.ts";

const isOpen = signal(false);
const SHOWN = 50;

export function openPalette(): void {
  isOpen.value = true;
}

/** Ctrl+K or ⌘K: everything that can be done or gone to, by a few letters of its name. */
export function CommandPalette() {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      isOpen.value = !isOpen.value;
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  return isOpen.value ? <OpenPalette /> : null;
}

function OpenPalette() {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const close = () => {
    isOpen.value = false;
  };
  const found = rankMatches(allCommands(), text, ({ label }) => label).slice(0, SHOWN);
  const run = (command: Command | undefined) => {
    if (!command) return;
    close();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setActive((active + step + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter" && !event.isComposing) run(found[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("shell.commands")} width="36rem" onClose={close}>
      <div class="palette">
        <input
          class="g-input"
          role="combobox"
          aria-label={t("shell.commands")}
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found[active] ? `palette-${found[active].id}` : undefined}
          placeholder={t("shell.commands.placeholder")}
          autoComplete="off"
          spellcheck={false}
          autoFocus
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <CommandList found={found} active={active} onRun={run} />
        {found.length === 0 && <p class="g-option-empty">{t("kit.noMatches")}</p>}
      </div>
    </Dialog>
  );
}

interface CommandListProps {
  readonly found: readonly Command[];
  readonly active: number;
  readonly onRun: (command: Command) => void;
}

function CommandList({ found, active, onRun }: CommandListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
  }, [active, found[active]?.id]);
  return (
    <div
      ref={list}
      id="palette-list"
      class="palette-list"
      role="listbox"
      aria-label={t("shell.commands")}
    >
      {found.map((command, index) => (
        // The input has the focus and the keys; the option is only pointed at.
        <div
          key={command.id}
          id={`palette-${command.id}`}
          class="g-option"
          role="option"
          aria-selected={index === active}
          data-active={index === active ? "" : undefined}
          onClick={() => onRun(command)}
        >
          <Icon name={command.icon} />
          <span>{command.label}</span>
          {command.note && <span class="g-option-note">{command.note}</span>}
        </div>
      ))}
    </div>
  );
}
