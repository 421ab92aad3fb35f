import type { CollectionField } from "pocketbase";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../../kit/button.tsx";
import { type ControlAttributes, Field } from "../../../kit/field.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { SortableList } from "../../../kit/sortable-list.tsx";
import { language, t } from "../../i18n/language.ts";
import { uploadProgress } from "../../api/upload-progress.ts";
import { fileUrl, isPicture } from "./file-url.ts";
import { formatBytes } from "./format-bytes.ts";
import { helpOf, type InputProps, isRequired, listOf, mostOf } from "./record-field-type.ts";

type FileItem = string | File;

/** Files to drop, choose, look at, take away and bring into order. */
export function FileInput(props: InputProps) {
  const { field, value, onChange, error } = props;
  const [isOver, setOver] = useState(false);
  const items = Array.isArray(value) ? (value as FileItem[]) : [];
  const most = mostOf(field);
  const add = (files: Iterable<File>) => {
    const added = [...files];
    if (added.length === 0) return;
    // Where one file fits the new one takes its place.
    onChange(most === 1 ? added.slice(0, 1) : [...items, ...added].slice(0, most));
  };
  return (
    <Field
      label={field.name}
      required={isRequired(field)}
      error={error}
      help={helpOf(field) ?? limits(field)}
    >
      {(control) => (
        <div
          class="files"
          data-over={isOver ? "" : undefined}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            add(event.dataTransfer?.files ?? []);
          }}
          onPaste={(event) => add(event.clipboardData?.files ?? [])}
        >
          <FileLines {...props} items={items} />
          <RemovedFiles {...props} items={items} />
          <Chooser control={control} field={field} onAdd={add} />
          <Progress isShown={items.some((item) => typeof item !== "string")} />
        </div>
      )}
    </Field>
  );
}

type FilesProps = InputProps & { readonly items: readonly FileItem[] };

function FileLines(props: FilesProps) {
  const { field, items, onChange } = props;
  const line = (item: FileItem) => (
    <FileLine
      {...props}
      item={item}
      onRemove={() => onChange(items.filter((each) => each !== item))}
    />
  );
  if (items.length < 2)
    return (
      <>
        {items.map((item) => (
          <div key={keyOf(item)}>{line(item)}</div>
        ))}
      </>
    );
  return (
    <SortableList
      label={field.name}
      items={items}
      keyOf={keyOf}
      nameOf={nameOf}
      onChange={onChange}
    >
      {line}
    </SortableList>
  );
}

/** What will go with the next save can be brought back until then. */
function RemovedFiles({ field, record, items, onChange }: FilesProps) {
  const most = mostOf(field);
  const removed = listOf(record?.[field.name]).filter((name) => !items.includes(name));
  const restore = (name: string) => onChange(most === 1 ? [name] : [...items, name].slice(0, most));
  return (
    <>
      {removed.map((name) => (
        <div key={name} class="file-line" data-removed="">
          <Icon name="file" />
          <s class="file-name">{name}</s>
          <Button size="small" look="quiet" icon="undo" onClick={() => restore(name)}>
            {t("records.file.restore")}
          </Button>
        </div>
      ))}
    </>
  );
}

interface ChooserProps {
  readonly control: ControlAttributes;
  readonly field: CollectionField;
  readonly onAdd: (files: Iterable<File>) => void;
}

function Chooser({ control, field, onAdd }: ChooserProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        {...control}
        ref={input}
        class="g-visually-hidden"
        type="file"
        tabIndex={-1}
        multiple={mostOf(field) > 1}
        accept={listOf(field["mimeTypes"]).join(",")}
        onChange={({ currentTarget }) => {
          onAdd(currentTarget.files ?? []);
          currentTarget.value = "";
        }}
      />
      <div class="file-drop">
        <Button size="small" icon="upload" onClick={() => input.current?.click()}>
          {t("records.file.choose")}
        </Button>
        <span>{t("records.file.drop")}</span>
      </div>
    </>
  );
}

type FileLineProps = InputProps & { readonly item: FileItem; readonly onRemove: () => void };

function FileLine({ field, record, item, onRemove }: FileLineProps) {
  const name = nameOf(item);
  const isStored = typeof item === "string" && record !== undefined;
  const address = isStored ? fileUrl({ field, record, name }) : undefined;
  const thumb =
    isStored && isPicture(name)
      ? fileUrl({ field, record, name }, { thumb: "100x100" })
      : undefined;
  return (
    <div class="file-line">
      <span class="file-thumb">{thumb ? <img src={thumb} alt="" /> : <Preview item={item} />}</span>
      {address ? (
        <a class="file-name" href={address} target="_blank" rel="noreferrer">
          {name}
        </a>
      ) : (
        <span class="file-name">{name}</span>
      )}
      {typeof item !== "string" && (
        <span class="record-faint">{formatBytes(item.size, language())}</span>
      )}
      <IconButton size="small" icon="close" label={t("kit.remove", { name })} onClick={onRemove} />
    </div>
  );
}

/** A picture that is not on the server yet. */
function Preview({ item }: { readonly item: FileItem }) {
  const isShown = typeof item !== "string" && item.type.startsWith("image/");
  const url = useMemo(() => (isShown ? URL.createObjectURL(item) : undefined), [item]);
  useEffect(() => () => url && URL.revokeObjectURL(url), [url]);
  return url ? <img src={url} alt="" /> : <Icon name="file" />;
}

function Progress({ isShown }: { readonly isShown: boolean }) {
  const share = uploadProgress.value;
  if (!isShown || share === undefined) return null;
  return (
    <progress class="file-progress" max={1} value={share} aria-label={t("records.file.progress")} />
  );
}

function limits(field: CollectionField): string | undefined {
  const size: unknown = field["maxSize"];
  const parts = [
    mostOf(field) > 1 ? t("records.atMost", { count: mostOf(field) }) : "",
    typeof size === "number" && size > 0
      ? t("records.file.size", { size: formatBytes(size, language()) })
      : "",
    listOf(field["mimeTypes"]).join(", "),
  ];
  return parts.filter((part) => part !== "").join(" · ") || undefined;
}

function nameOf(item: FileItem): string {
  return typeof item === "string" ? item : item.name;
}

const keys = new WeakMap<File, string>();
let lastKey = 0;

/** Two new files may have the same name. */
function keyOf(item: FileItem): string {
  if (typeof item === "string") return item;
  const key = keys.get(item) ?? `new${++lastKey}`;
  keys.set(item, key);
  return key;
}
