import type { Field } from "../fields/field.ts";
import { checksum } from "../lib/id.ts";

/**
 * Adds a field to a list of fields in PocketBase's way (core/fields_list.go): a field without an id
 * replaces the one of the same name and takes its id over; one with an id replaces the one of the same id;
 * any other is appended. An id that is missing becomes the type and the name's checksum.
 */
export function addField(list: Field[], field: Field): void {
  const hadId = field.id !== "";
  if (!hadId) field.id = freeId(list, field.type + checksum(field.name));
  const index = hadId
    ? list.findIndex((other) => other.id === field.id)
    : list.findIndex((other) => field.name !== "" && other.name === field.name);
  if (index < 0) {
    list.push(field);
    return;
  }
  if (!hadId) field.id = list[index]!.id;
  list[index] = field;
}

/** A list made by adding one field after the other. */
export function fieldList(fields: Iterable<Field>): Field[] {
  const list: Field[] = [];
  for (const field of fields) addField(list, field);
  return list;
}

function freeId(list: readonly Field[], base: string): string {
  let id = base;
  for (let count = 2; count < 1000 && list.some((field) => field.id === id); count++)
    id = base + count;
  return id;
}
