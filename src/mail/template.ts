import type { MailTemplate } from "../collections/collection.ts";
import { toText } from "../lib/cast.ts";
import type { RecordModel } from "../records/record.ts";
import { wrapInLayout } from "./layout.ts";

/** Values by placeholder name, without the braces. */
export type Placeholders = Readonly<Record<string, string>>;

/**
 * Fills a template: plain replacement of `{NAME}`, in one pass, so that a value cannot bring placeholders of
 * its own (PocketBase: core.EmailTemplate.Resolve). Names that have no value stay as they are.
 */
export function fillTemplate(
  template: MailTemplate,
  values: Placeholders,
): { subject: string; html: string } {
  const fill = (text: string) =>
    text.replace(/\{([A-Z_]+(?::[^{}]+)?)\}/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? values[name]! : whole,
    );
  return { subject: fill(template.subject), html: wrapInLayout(fill(template.body)) };
}

/** `RECORD:<field>` of every field that is not hidden; texts are escaped for HTML. */
export function recordPlaceholders(record: RecordModel): Placeholders {
  const entries = record.collection.fields
    .filter((field) => !field.hidden)
    .map((field) => [`RECORD:${field.name}`, escapeHtml(toText(record.get(field.name)))]);
  return Object.fromEntries(entries) as Placeholders;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character]!);
}

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};
