import type { CollectionModel, RecordModel } from "pocketbase";
import type { IconName } from "../../../kit/icon-paths.ts";
import { client } from "../../api/client.ts";
import { isPicture } from "../field-types/file-url.ts";
import { listOf } from "../field-types/record-field-type.ts";

/** A file of a record that a text can show. */
export interface Media {
  readonly kind: "img" | "audio" | "video";
  readonly name: string;
  readonly url: string;
}

/** Pictures, sounds and films that the record itself holds in public fields. */
export function mediaOf(collection: CollectionModel, record: RecordModel | undefined): Media[] {
  if (!record) return [];
  return collection.fields
    .filter((field) => field["mimeTypes"] !== undefined && field["protected"] !== true)
    .flatMap(({ name }) => listOf(record[name]))
    .flatMap((name) => {
      const kind = kindOf(name);
      return kind ? [{ kind, name, url: client.files.getURL(record, name) }] : [];
    });
}

function kindOf(name: string): Media["kind"] | undefined {
  if (isPicture(name)) return "img";
  if (/\.(?:mp3|m4a|ogg|oga|opus|wav|flac|aac)$/i.test(name)) return "audio";
  return /\.(?:mp4|webm|ogv|mov)$/i.test(name) ? "video" : undefined;
}

export const MEDIA_ICONS: Readonly<Record<Media["kind"], IconName>> = {
  img: "image",
  audio: "play",
  video: "play",
};

/** Puts it where the caret is. The browser's own commands for it set a style, which the content policy refuses. */
export function insertMedia({ kind, url, name }: Media): void {
  const selection = document.getSelection();
  if (!selection || selection.rangeCount === 0) return;
  const element = document.createElement(kind);
  element.src = url;
  if (element instanceof HTMLImageElement) element.alt = name;
  else element.controls = true;
  const place = selection.getRangeAt(0);
  place.deleteContents();
  place.insertNode(element);
  place.collapse(false);
}
