import type { CollectionModel, RecordModel } from "pocketbase";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { CodeField } from "../../../kit/code-field.tsx";
import type { ControlAttributes } from "../../../kit/field.tsx";
import { t } from "../../i18n/language.ts";
import { holdHtml, releaseHtml } from "./held-html.ts";
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
export function RichEditor({
  control,
  label,
  value,
  onChange,
  record,
  collection,
}: RichEditorProps) {
  const [isSource, setSource] = useState(false);
  const area = useRef<HTMLDivElement>(null);
  /** What the area holds, so that typing does not set it anew. */
  const shown = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (isSource || !area.current || shown.current === value) return;
    area.current.replaceChildren(parse(value));
    shown.current = value;
  }, [value, isSource]);
  const read = () => {
    if (!area.current) return;
    shown.current = releaseHtml(area.current.innerHTML);
    onChange(shown.current);
  };
  return (
    <div class="rich" data-invalid={control["aria-invalid"] ? "" : undefined}>
      <RichToolbar
        area={area}
        isSource={isSource}
        record={record}
        collection={collection}
        onChange={read}
        onSource={() => {
          shown.current = undefined;
          setSource(!isSource);
        }}
      />
      {isSource ? (
        <CodeField
          label={t("records.rich.source", { name: label })}
          hideLabel
          language="html"
          value={value}
          onInput={onChange}
          minHeight="8rem"
          maxHeight="24rem"
        />
      ) : (
        <div
          {...control}
          ref={area}
          class="rich-area"
          contentEditable
          role="textbox"
          aria-multiline="true"
          aria-label={label}
          onFocus={({ currentTarget }) => beginParagraph(currentTarget)}
          onInput={read}
          onPaste={(event) => pasteClean(event)}
        />
      )}
    </div>
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

/** What the text pass has missed in broken HTML is taken out of the tree. */
function parse(html: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(`<body>${holdHtml(html, isOwn)}`, "text/html");
  const { body } = parsed;
  for (const element of body.querySelectorAll("script,style,iframe,object,embed,link,meta,base")) {
    element.remove();
  }
  for (const element of body.querySelectorAll("*")) {
    for (const { name } of Array.from(element.attributes)) {
      if (/^on|^style$|^srcset$/i.test(name)) element.removeAttribute(name);
    }
  }
  const fragment = document.createDocumentFragment();
  fragment.append(...body.childNodes);
  return fragment;
}

function isOwn(address: string): boolean {
  const url = URL.parse(address, location.href);
  return url !== null && (url.origin === location.origin || url.protocol === "blob:");
}

/** What is pasted has no styles: they come from wherever it was copied. */
function pasteClean(event: ClipboardEvent): void {
  const html = event.clipboardData?.getData("text/html") ?? "";
  if (html === "") return;
  event.preventDefault();
  const holder = document.createElement("div");
  holder.append(parse(html));
  for (const element of holder.querySelectorAll("*")) {
    for (const { name } of Array.from(element.attributes)) {
      if (!["href", "src", "alt", "colspan", "rowspan"].includes(name))
        element.removeAttribute(name);
    }
  }
  document.execCommand("insertHTML", false, holder.innerHTML);
}
