import type { CollectionField } from "pocketbase";
import { autodateType } from "./autodate.tsx";
import { boolType } from "./bool.tsx";
import { dateType } from "./date.tsx";
import { editorType } from "./editor.tsx";
import { emailType } from "./email.tsx";
import { fileType } from "./file.tsx";
import { geoPointType } from "./geo-point.tsx";
import { jsonType } from "./json.tsx";
import { numberType } from "./number.tsx";
import { passwordType } from "./password.tsx";
import type { RecordFieldType } from "./record-field-type.ts";
import { relationType } from "./relation.tsx";
import { selectType } from "./select.tsx";
import { textType } from "./text.tsx";
import { urlType } from "./url.tsx";

const TYPES: ReadonlyMap<string, RecordFieldType> = new Map(
  [
    textType,
    editorType,
    numberType,
    boolType,
    emailType,
    urlType,
    dateType,
    autodateType,
    selectType,
    fileType,
    relationType,
    jsonType,
    geoPointType,
    passwordType,
  ].map((type) => [type.type, type]),
);

/** How the values of a field are shown and edited; an unknown type is treated as JSON, which holds anything. */
export function fieldTypeOf({ type }: Pick<CollectionField, "type">): RecordFieldType {
  return TYPES.get(type) ?? jsonType;
}
