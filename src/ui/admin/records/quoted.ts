/** A text within a filter. */
export function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** A filter that matches the records with these ids. */
export function idsFilter(ids: readonly string[]): string {
  return ids.map((id) => `id=${quoted(id)}`).join("||");
}
