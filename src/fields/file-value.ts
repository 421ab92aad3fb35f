import { toUniqueTexts } from "../lib/cast.ts";
import { isUploadedFile, type UploadedFile } from "../lib/upload.ts";
import { isMultiple, type TextListField } from "./text-list.ts";

export interface FileField extends TextListField {
  /** Bytes per file; 0 for the default. */
  maxSize: number;
  mimeTypes: string[];
  thumbs: string[];
  protected: boolean;
  required: boolean;
}

/** A stored file by its name, or one that the next save stores. */
export type FileEntry = string | UploadedFile;

/** Bytes. */
const DEFAULT_MAX_SIZE = 5 * 1024 * 1024;

export function maxSizeOf(field: FileField): number {
  return field.maxSize > 0 ? field.maxSize : DEFAULT_MAX_SIZE;
}

export function maxSelectOf(field: FileField): number {
  return Math.max(field.maxSelect, 1);
}

export function nameOf(entry: FileEntry): string {
  return typeof entry === "string" ? entry : entry.name;
}

/** Of several files a single field takes the last. */
export function prepareFiles(field: FileField, raw: unknown): FileEntry | FileEntry[] {
  const files = listFiles(raw);
  return isMultiple(field) ? files : (files.at(-1) ?? "");
}

/** The files in a value, one of each name. */
export function listFiles(raw: unknown): FileEntry[] {
  const byName = new Map<string, FileEntry>();
  for (const entry of entriesOf(raw))
    if (!byName.has(nameOf(entry))) byName.set(nameOf(entry), entry);
  return [...byName.values()];
}

export function isUpload(entry: FileEntry): entry is UploadedFile {
  return typeof entry !== "string";
}

export function isName(entry: FileEntry): entry is string {
  return typeof entry === "string";
}

/** The entries whose names are not among others'. */
export function withoutFiles<E extends FileEntry>(
  entries: readonly E[],
  others: readonly FileEntry[],
): E[] {
  const names = new Set(others.map(nameOf));
  return entries.filter((entry) => !names.has(nameOf(entry)));
}

/** Resolves `name+`, `+name` and `name-`: append, prepend, remove. */
export function modifyFiles(
  field: FileField,
  key: string,
  current: unknown,
  raw: unknown,
): { readonly value: FileEntry | FileEntry[] } | undefined {
  const result = (files: readonly FileEntry[]) => ({ value: prepareFiles(field, files) });
  if (key === `${field.name}+`) return result([...listFiles(current), ...listFiles(raw)]);
  if (key === `+${field.name}`) return result([...listFiles(raw), ...listFiles(current)]);
  if (key === `${field.name}-`) return result(withoutFiles(listFiles(current), listFiles(raw)));
  return undefined;
}

/** An element of a list that is itself no single file is left out. */
function entriesOf(raw: unknown): readonly FileEntry[] {
  if (isUploadedFile(raw)) return [raw];
  if (!Array.isArray(raw)) return toUniqueTexts(raw);
  return raw.flatMap((item: unknown) => {
    const entries = listFiles(item);
    return entries.length === 1 ? entries : [];
  });
}
