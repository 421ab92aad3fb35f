import { Icon } from "../../../kit/icon.tsx";
import { FileInput } from "./file-input.tsx";
import { fileUrl, isPicture } from "./file-url.ts";
import { type CellProps, isMultiple, listOf, type RecordFieldType } from "./record-field-type.ts";

const MOST_SHOWN = 4;

function FileCell({ field, value, record }: CellProps) {
  const names = listOf(value);
  return (
    <>
      {names.slice(0, MOST_SHOWN).map((name) => {
        const thumb = isPicture(name)
          ? fileUrl({ field, record, name }, { thumb: "100x100" })
          : undefined;
        return (
          <a
            key={name}
            class="file-thumb"
            data-size="small"
            title={name}
            aria-label={name}
            href={fileUrl({ field, record, name }) ?? "#"}
            target="_blank"
            rel="noreferrer"
            tabIndex={-1}
            onClick={(event) => event.stopPropagation()}
          >
            {thumb ? <img src={thumb} alt="" loading="lazy" /> : <Icon name="file" size={14} />}
          </a>
        );
      })}
      {names.length > MOST_SHOWN && (
        <span class="record-faint">{`+${names.length - MOST_SHOWN}`}</span>
      )}
    </>
  );
}

/** What is edited: names of stored files and new files, in their order. */
export type FileItem = string | File;

function itemsOf(edited: unknown): FileItem[] {
  const list: unknown[] = Array.isArray(edited) ? edited : [];
  return list.filter((each): each is FileItem => typeof each === "string" || each instanceof File);
}

export const fileType: RecordFieldType = {
  type: "file",
  icon: "file",
  width: "minmax(9rem, 0.8fr)",
  isSearched: true,
  Cell: FileCell,
  Input: FileInput,
  edit: listOf,
  send: (edited, field) => (isMultiple(field) ? itemsOf(edited) : (itemsOf(edited)[0] ?? "")),
  duplicate: () => [],
  sample: () => "FILE",
};
