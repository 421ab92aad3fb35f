import { type ErrorLeaf, type ErrorTree, problem } from "../lib/errors.ts";
import { matchesMime, SNIFF_LENGTH } from "../lib/mime.ts";
import { atLeast, atMost, length, matches, notIn, REQUIRED, required } from "../lib/rules.ts";
import type { UploadedFile } from "../lib/upload.ts";
import type { FieldType } from "./field.ts";
import { aroundSave, storedNames } from "./file-storage.ts";
import {
  type FileField,
  isName,
  isUpload,
  listFiles,
  maxSelectOf,
  maxSizeOf,
  modifyFiles,
  nameOf,
  prepareFiles,
  withoutFiles,
} from "./file-value.ts";
import {
  describeOptions,
  FLAG_OPTION,
  INTEGER_OPTION,
  TEXT_OPTION,
  TEXTS_OPTION,
} from "./options.ts";
import { MAX_SAFE_INTEGER, settingsProblems } from "./settings.ts";
import { isMultiple, textListColumn, zeroTexts } from "./text-list.ts";

/** The names of stored files; a value may also hold uploads, which the next save stores. */
export const file: FieldType<FileField> = {
  type: "file",
  ...describeOptions({
    help: TEXT_OPTION,
    maxSelect: INTEGER_OPTION,
    maxSize: INTEGER_OPTION,
    mimeTypes: TEXTS_OPTION,
    protected: FLAG_OPTION,
    required: FLAG_OPTION,
    thumbs: TEXTS_OPTION,
  }),
  filterKind: "plain",
  isList: true,
  holdsFiles: true,

  column: textListColumn,
  zero: zeroTexts,
  prepare: prepareFiles,
  toDatabase: (field, value) => {
    const names = namesOf(field, value);
    return typeof names === "string" ? names : JSON.stringify(names);
  },
  toJson(field, value) {
    const shown = listFiles(value).map((entry) =>
      isUpload(entry) ? describeUpload(entry) : entry,
    );
    return isMultiple(field) ? shown : (shown.at(-1) ?? "");
  },
  equals: (a, b) => {
    const [first, second] = [listFiles(a), listFiles(b)];
    return first.length === second.length && first.every((entry, index) => entry === second[index]);
  },
  isMultiple,
  modify: modifyFiles,
  derive(field, key, value) {
    return key === `${field.name}:unsaved`
      ? { value: listFiles(value).filter(isUpload) }
      : undefined;
  },
  maxBodySize: (field) => maxSizeOf(field) * maxSelectOf(field),

  async validate(field, value, context) {
    const files = listFiles(value);
    if (files.length === 0) return field.required ? REQUIRED : undefined;
    const names = files.filter(isName);
    const unknown =
      names.length === 0 ? [] : withoutFiles(names, await storedNames(field, context));
    if (unknown.length > 0) return unknownFiles(unknown);
    const maxSelect = maxSelectOf(field);
    if (files.length > maxSelect) {
      return problem("validation_too_many_files", `The maximum allowed files is ${maxSelect}`, {
        maxSelect,
      });
    }
    for (const upload of files.filter(isUpload)) {
      const found = await checkUpload(field, upload);
      if (found) return found;
    }
    return undefined;
  },

  async validateSettings(field) {
    return settingsProblems(field, {
      maxSelect: atLeast(field.maxSelect, 0) ?? atMost(field.maxSelect, MAX_SAFE_INTEGER),
      maxSize: atLeast(field.maxSize, 0) ?? atMost(field.maxSize, MAX_SAFE_INTEGER),
      thumbs: checkThumbs(field.thumbs),
    });
  },

  intercept: aroundSave,
};

function namesOf(field: FileField, value: unknown): string | string[] {
  const names = listFiles(value).map(nameOf);
  return isMultiple(field) ? names : (names.at(-1) ?? "");
}

/** An upload that nobody has stored yet, as PocketBase shows it when a handler keeps a save from happening. */
function describeUpload({ name, originalName, size }: UploadedFile): Record<string, unknown> {
  return { name, originalName, size };
}

/** Files come into being by uploads only; a name that is not stored is refused. */
function unknownFiles(names: readonly string[]): ErrorLeaf {
  const invalidFiles = names.map((name) => name.slice(0, 250));
  return problem("validation_invalid_file", `Invalid new files: [${invalidFiles.join(" ")}].`, {
    invalidFiles,
  });
}

/** Loose: names are normalised when a file arrives, but code may have changed one. */
const STORABLE_NAME = /^[^./\\][^/\\]+$/;

async function checkUpload(field: FileField, upload: UploadedFile): Promise<ErrorLeaf | undefined> {
  const named =
    required(upload.name) ?? length(upload.name, 1, 150) ?? matches(upload.name, STORABLE_NAME);
  if (named) return named;
  const maxSize = maxSizeOf(field);
  if (upload.size > maxSize) {
    const name = cutName(upload.originalName);
    return problem(
      "validation_file_size_limit",
      `Failed to upload ${name} - the maximum allowed file size is ${maxSize} bytes.`,
      { file: name, maxSize },
    );
  }
  const { mimeTypes } = field;
  if (mimeTypes.length === 0 || matchesMime(await upload.head(SNIFF_LENGTH), mimeTypes))
    return undefined;
  return problem(
    "validation_invalid_mime_type",
    `${JSON.stringify(upload.name)} mime type must be one of: ${mimeTypes.join(", ")}.`,
  );
}

function cutName(name: string): string {
  const characters = [...name];
  return characters.length > 300 ? `${characters.slice(0, 300).join("")}...` : name;
}

const THUMB_SIZE = /^(\d+)x(\d+)(t|b|f)?$/;
const EMPTY_SIZES = ["0x0", "0x0t", "0x0b", "0x0f"];

function checkThumbs(sizes: readonly string[]): ErrorTree | undefined {
  const problems: ErrorTree = {};
  for (const [index, size] of sizes.entries()) {
    const found = notIn(size, EMPTY_SIZES) ?? matches(size, THUMB_SIZE);
    if (found) problems[String(index)] = found;
  }
  return Object.keys(problems).length === 0 ? undefined : problems;
}
