import type { CollectionModel, RecordModel } from "pocketbase";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "../../../kit/button.tsx";
import type { IconName } from "../../../kit/icon-paths.ts";
import { Menu, type MenuEntry } from "../../../kit/menu.tsx";
import { t } from "../../i18n/language.ts";
import { LinkDialog } from "./link-dialog.tsx";
import { insertMedia, type Media, MEDIA_ICONS, mediaOf } from "./record-media.ts";
import { turnDirection } from "./text-direction.ts";

interface RichToolbarProps {
  readonly area: RefObject<HTMLElement | null>;
  readonly isSource: boolean;
  readonly collection: CollectionModel;
  readonly record: RecordModel | undefined;
  readonly onChange: () => void;
  readonly onSource: () => void;
  readonly isFull: boolean;
  /** Makes it as large as the window, or as it was. */
  readonly onFull: () => void;
}

const MARKS = [
  ["bold", "bold", "records.rich.bold"],
  ["italic", "italic", "records.rich.italic"],
  ["underline", "underline", "records.rich.underline"],
  ["strikeThrough", "strike", "records.rich.strike"],
] as const;

const LISTS = [
  ["insertUnorderedList", "list", "records.rich.list"],
  ["insertOrderedList", "numbered", "records.rich.numbered"],
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
  const { isSource, onSource, isFull, onFull } = props;
  const bar = useRef<HTMLDivElement>(null);
  return (
    <div
      ref={bar}
      class="rich-bar"
      role="toolbar"
      aria-label={t("records.rich.toolbar")}
      onKeyDown={(event) => moveInBar(event, bar.current)}
    >
      {!isSource && <FormatButtons {...props} />}
      <span class="g-spacer" />
      <Mark
        icon="code"
        label={t("records.rich.showSource")}
        pressed={isSource}
        onPress={onSource}
      />
      <Mark icon="expand" label={t("records.rich.full")} pressed={isFull} onPress={onFull} />
    </div>
  );
}

function FormatButtons({ area, onChange, record, collection }: RichToolbarProps) {
  const range = useRef<Range | undefined>(undefined);
  const active = useActiveMarks(area);
  useEffect(() => keepRange(area, range), []);
  const run = (command: string, argument?: string) => {
    restoreRange(area.current, range.current);
    document.execCommand("styleWithCSS", false, "false");
    document.execCommand(command, false, argument);
    onChange();
  };
  const link = useLinking(range, run);
  /** Changes the text at the remembered place itself. */
  const change = (work: () => void) => {
    restoreRange(area.current, range.current);
    work();
    onChange();
  };
  return (
    <>
      <BlockMenu onTake={(tag) => run("formatBlock", `<${tag}>`)} />
      {MARKS.map(([command, icon, text]) => (
        <Mark
          key={command}
          icon={icon}
          label={t(text)}
          pressed={active.has(command)}
          onPress={() => run(command)}
        />
      ))}
      {LISTS.map(([command, icon, text]) => (
        <Mark key={command} icon={icon} label={t(text)} onPress={() => run(command)} />
      ))}
      <Mark icon="link" label={t("records.rich.link")} onPress={link.begin} />
      <MediaMenu
        media={mediaOf(collection, record)}
        onTake={(media) => change(() => insertMedia(media))}
      />
      <Mark
        icon="direction"
        label={t("records.rich.direction")}
        onPress={() => change(() => turnDirection(area.current))}
      />
      <Mark icon="eraser" label={t("records.rich.plain")} onPress={() => run("removeFormat")} />
      {link.isOpen && (
        <LinkDialog address={link.address} onClose={() => link.end()} onTake={link.end} />
      )}
    </>
  );
}

function BlockMenu({ onTake }: { readonly onTake: (tag: string) => void }) {
  const entries = BLOCKS.map(([tag, text]) => ({ label: t(text), onSelect: () => onTake(tag) }));
  return <Menu label={t("records.rich.block")} size="small" look="quiet" entries={entries} />;
}

function MediaMenu({
  media,
  onTake,
}: {
  readonly media: readonly Media[];
  readonly onTake: (media: Media) => void;
}) {
  if (media.length === 0) return null;
  const entries: MenuEntry[] = media.map((each) => ({
    label: each.name,
    icon: MEDIA_ICONS[each.kind],
    onSelect: () => onTake(each),
  }));
  return (
    <Menu
      icon="image"
      size="small"
      look="quiet"
      label={t("records.rich.media")}
      entries={entries}
    />
  );
}

interface Linking {
  readonly isOpen: boolean;
  /** Of the link at the caret. */
  readonly address: string;
  readonly begin: () => void;
  /** @param address empty to take the link away; undefined to leave everything */
  readonly end: (address?: string) => void;
}

/**
 * The life of the dialog for links. Under an open dialog the text takes no commands, and one that closes puts
 * the caret elsewhere: the place is kept from before, and the link set after.
 */
function useLinking(
  range: { current: Range | undefined },
  run: (command: string, argument?: string) => void,
): Linking {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<Range | undefined>(undefined);
  const taken = useRef<string | undefined>(undefined);
  useEffect(() => {
    const address = taken.current;
    if (isOpen || address === undefined) return;
    taken.current = undefined;
    range.current = place.current;
    selectLink(range.current);
    run(address === "" ? "unlink" : "createLink", address);
  }, [isOpen]);
  return {
    isOpen,
    address: linkAt(place.current)?.getAttribute("href") ?? "",
    begin: () => {
      place.current = range.current?.cloneRange();
      setOpen(true);
    },
    end: (address) => {
      taken.current = address;
      setOpen(false);
    },
  };
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

function moveInBar(event: KeyboardEvent, bar: HTMLElement | null): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const buttons = [...(bar?.querySelectorAll<HTMLElement>("button") ?? [])];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  if (!step || at < 0) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}
