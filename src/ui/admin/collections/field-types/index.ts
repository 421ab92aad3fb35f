import type { CollectionField } from "pocketbase";
import { autodateKind } from "./autodate.ts";
import { boolKind } from "./bool.ts";
import { dateKind } from "./date.ts";
import { editorKind } from "./editor.ts";
import { emailKind } from "./email.ts";
import type { FieldKind } from "./field-kind.ts";
import { fileKind } from "./file.ts";
import { geoPointKind } from "./geo-point.ts";
import { jsonKind } from "./json.ts";
import { numberKind } from "./number.ts";
import { passwordKind } from "./password.ts";
import { relationKind } from "./relation.ts";
import { selectKind } from "./select.ts";
import { textKind } from "./text.ts";
import { urlKind } from "./url.ts";

/** All field types, in the order in which they are offered. */
export const FIELD_KINDS: readonly FieldKind[] = [
  textKind,
  editorKind,
  numberKind,
  boolKind,
  emailKind,
  urlKind,
  dateKind,
  autodateKind,
  selectKind,
  fileKind,
  relationKind,
  jsonKind,
  geoPointKind,
  passwordKind,
];

const byType = new Map(FIELD_KINDS.map((kind) => [kind.type, kind]));

/** A type that this version does not know is shown as text. */
export function kindOf({ type }: Pick<CollectionField, "type">): FieldKind {
  return byType.get(type) ?? textKind;
}
