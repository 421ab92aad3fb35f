import type { CollectionModel, RecordModel } from "pocketbase";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "../../../kit/button.tsx";
import type { IconName } from "../../../kit/icon-paths.ts";
import { Menu, type MenuEntry } from "../../../kit/menu.tsx";
import { t } from "../../i18n/language.ts";
import { client } from "../../api/client.ts";
import { isPicture } from "../field-types/file-url.ts";
import { listOf } from "../field-types/record-field-type.ts";
import { LinkDialog } from "./link-dialog.tsx";

interface RichToolbarProps {
  readonly area: RefObject<HTMLElement | null>;
  readonly isSource: boolean;
  readonly collection: CollectionModel;
  readonly record: RecordModel | undefined;
  readonly onChange: () => void;
  readonly onSource: () => void;
}

const MARKS = [
  ["bold", "bold", "records.rich.bold"],
  ["italic", "italic", "records.rich.italic"],
  ["underline", "underline", "records.rich.underline"],
  ["strikeThrough", "strike", "records.rich.strike"],
] as const;

const BLOCKS = [
  ["p", "records.rich.paragraph"],
  ["h2", "records.rich.heading2"],
  ["h3", "records.rich.heading3"],
  ["h4", "records.rich.heading4"],
  ["blockquote", "records.rich.quote"],
  ["pre", "records.rich.code"],
] as const;

/** The buttons of the editor; one stop for Tab, arrows move among them. */
export function RichToolbar(props: RichToolbarProps) {
  const { area, isSource, onChange, onSource, record, collection } = props;
  const bar = useRef<HTMLDivElement>(null);
  const range = useRef<Range | undefined>(undefined);
  const [isLinking, setLinking] = useState(false);
  const active = useActiveMarks(area);
  useEffect(() => keepRange(area, range), []);
  const run = (command: string, argument?: string) => {
    restoreRange(area.current, range.current);
    document.execCommand("styleWithCSS", false, "false");
    document.execCommand(command, false, argument);
    onChange();
  };
  const blocks: MenuEntry[] = BLOCKS.map(([tag, text]) => ({
    label: t(text),
    onSelect: () => run("formatBlock", `<${tag}>`),
  }));
  const pictures = picturesOf(collection, record).map(({ name, url }) => ({
    label: name,
    icon: "image" as const,
    onSelect: () => run("insertImage", url),
  }));
  return (
    <div
      ref={bar}
      class="rich-bar"
      role="toolbar"
      aria-label={t("records.rich.toolbar")}
      onKeyDown={(event) => moveInBar(event, bar.current)}
    >
      {!isSource && (
        <>
          <Menu label={t("records.rich.block")} size="small" look="quiet" entries={blocks} />
          {MARKS.map(([command, icon, text]) => (
            <Mark
              key={command}
              icon={icon}
              label={t(text)}
              pressed={active.has(command)}
              onPress={() => run(command)}
            />
          ))}
          <Mark
            icon="list"
            label={t("records.rich.list")}
            onPress={() => run("insertUnorderedList")}
          />
          <Mark
            icon="numbered"
            label={t("records.rich.numbered")}
            onPress={() => run("insertOrderedList")}
          />
          <Mark icon="link" label={t("records.rich.link")} onPress={() => setLinking(true)} />
          {pictures.length > 0 && (
            <Menu
              icon="image"
              size="small"
              look="quiet"
              label={t("records.rich.picture")}
              entries={pictures}
            />
          )}
          <Mark icon="eraser" label={t("records.rich.plain")} onPress={() => run("removeFormat")} />
        </>
      )}
      <span class="g-spacer" />
      <Mark
        icon="code"
        label={t("records.rich.showSource")}
        pressed={isSource}
        onPress={onSource}
      />
      {isLinking && (
        <LinkDialog
          address={linkAt(range.current)?.getAttribute("href") ?? ""}
          onClose={() => setLinking(false)}
          onTake={(address) => {
            setLinking(false);
            selectLink(range.current);
            run(address === "" ? "unlink" : "createLink", address);
          }}
        />
      )}
    </div>
  );
}

interface MarkProps {
  readonly icon: IconName;
  readonly label: string;
  readonly pressed?: boolean;
  readonly onPress: () => void;
}

function Mark({ icon, label, pressed, onPress }: MarkProps) {
  return (
    // The text keeps its selection.
    <span onMouseDown={(event) => event.preventDefault()}>
      <IconButton size="small" icon={icon} label={label} pressed={pressed} onClick={onPress} />
    </span>
  );
}

/** The marks of the text at the caret. */
function useActiveMarks(area: RefObject<HTMLElement | null>): ReadonlySet<string> {
  const [active, setActive] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const look = () => {
      if (!area.current?.contains(document.getSelection()?.anchorNode ?? null)) return;
      const found = MARKS.map(([command]) => command as string).filter((command) =>
        document.queryCommandState(command),
      );
      setActive(new Set(found));
    };
    document.addEventListener("selectionchange", look);
    return () => document.removeEventListener("selectionchange", look);
  }, []);
  return active;
}

/** Menus and dialogs take the focus: the place in the text is remembered. */
function keepRange(
  area: RefObject<HTMLElement | null>,
  range: { current: Range | undefined },
): () => void {
  const keep = () => {
    const selection = document.getSelection();
    if (!selection || selection.rangeCount === 0) return;
    if (area.current?.contains(selection.anchorNode)) range.current = selection.getRangeAt(0);
  };
  document.addEventListener("selectionchange", keep);
  return () => document.removeEventListener("selectionchange", keep);
}

function restoreRange(area: HTMLElement | null, range: Range | undefined): void {
  area?.focus();
  if (!range || !area?.contains(range.startContainer)) return;
  const selection = document.getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}

function linkAt(range: Range | undefined): HTMLAnchorElement | null | undefined {
  const node = range?.startContainer;
  return (node instanceof Element ? node : node?.parentElement)?.closest("a");
}

function selectLink(range: Range | undefined): void {
  const link = linkAt(range);
  if (link && range?.collapsed) range.selectNodeContents(link);
}

/** Pictures that the record itself holds in public fields. */
function picturesOf(
  collection: CollectionModel,
  record: RecordModel | undefined,
): { name: string; url: string }[] {
  if (!record) return [];
  return collection.fields
    .filter((field) => field["mimeTypes"] !== undefined && field["protected"] !== true)
    .flatMap(({ name }) => listOf(record[name]))
    .filter((name) => isPicture(name))
    .map((name) => ({ name, url: client.files.getURL(record, name) }));
}

function moveInBar(event: KeyboardEvent, bar: HTMLElement | null): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const buttons = [...(bar?.querySelectorAll<HTMLElement>("button") ?? [])];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  if (!step || at < 0) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}
