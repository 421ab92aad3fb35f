import type { CollectionModel, RecordModel } from "pocketbase";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { CodeField } from "../../../kit/code-field.tsx";
import type { ControlAttributes } from "../../../kit/field.tsx";
import { t } from "../../i18n/language.ts";
import { cleanHtml } from "./clean-paste.ts";
import { releaseHtml } from "./held-html.ts";
import { parseHeld } from "./parse-held.ts";
import { RichToolbar } from "./rich-toolbar.tsx";

export interface RichEditorProps {
  readonly control: ControlAttributes;
  readonly label: string;
  /** HTML. */
  readonly value: string;
  readonly onChange: (html: string) => void;
  readonly collection: CollectionModel;
  readonly record: RecordModel | undefined;
}

/**
 * Formatted text. What it has no button for stays as it is; the source can be edited too. The browser's own
 * editing does the work: its undo, its keys, its spelling.
 */
export function RichEditor(props: RichEditorProps) {
  const { value, onChange, record, collection } = props;
  const [isSource, setSource] = useState(false);
  const [isFull, setFull] = useState(false);
  const area = useRef<HTMLDivElement>(null);
  /** What the area holds, so that typing does not set it anew. */
  const shown = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (isSource || !area.current || shown.current === value) return;
    area.current.replaceChildren(...parseHeld(value).childNodes);
    shown.current = value;
  }, [value, isSource]);
  const read = () => {
    if (!area.current) return;
    shown.current = releaseHtml(area.current.innerHTML);
    onChange(shown.current);
  };
  return (
    <div
      class="rich"
      data-invalid={props.control["aria-invalid"] ? "" : undefined}
      data-full={isFull ? "" : undefined}
      role="presentation"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isFull) return;
        // The panel around it stays open for this one.
        event.stopPropagation();
        event.preventDefault();
        setFull(false);
      }}
    >
      <RichToolbar
        area={area}
        isSource={isSource}
        isFull={isFull}
        onFull={() => setFull(!isFull)}
        record={record}
        collection={collection}
        onChange={read}
        onSource={() => {
          shown.current = undefined;
          setSource(!isSource);
        }}
      />
      {isSource ? <Source {...props} /> : <Area {...props} area={area} onRead={read} />}
    </div>
  );
}

function Source({ label, value, onChange }: RichEditorProps) {
  return (
    <CodeField
      label={t("records.rich.source", { name: label })}
      hideLabel
      language="html"
      value={value}
      onInput={onChange}
      minHeight="8rem"
      maxHeight="24rem"
    />
  );
}

interface AreaProps extends Pick<RichEditorProps, "control" | "label"> {
  readonly area: RefObject<HTMLDivElement | null>;
  /** Takes over what it holds. */
  readonly onRead: () => void;
}

/** Where the text is; what it holds is no part of the page's own tree. */
function Area({ control, label, area, onRead }: AreaProps) {
  return (
    <div
      {...control}
      ref={area}
      class="rich-area"
      contentEditable
      role="textbox"
      aria-multiline="true"
      aria-label={label}
      onFocus={({ currentTarget }) => beginParagraph(currentTarget)}
      onInput={onRead}
      onPaste={(event) => pasteClean(event)}
    />
  );
}

/** Browsers put the first line into no paragraph. */
function beginParagraph(area: HTMLElement): void {
  document.execCommand("defaultParagraphSeparator", false, "p");
  if (area.childNodes.length > 0) return;
  const paragraph = document.createElement("p");
  paragraph.append(document.createElement("br"));
  area.append(paragraph);
  document.getSelection()?.collapse(paragraph, 0);
}

/** What is pasted has no styles: they come from wherever it was copied. */
function pasteClean(event: ClipboardEvent): void {
  const html = event.clipboardData?.getData("text/html") ?? "";
  if (html === "") return;
  event.preventDefault();
  document.execCommand("insertHTML", false, cleanHtml(html));
}
