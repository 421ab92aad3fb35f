import type { RequestEvent } from "generatio";
import { z } from "zod";

/** Which part of a list is wanted. */
export const pageQuery = z.object({
  /** From 1. */
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  perPage: z.coerce.number().int().min(1).max(200).default(30),
});

/** The query parameters that a schema knows, as far as they are there. */
export function queryOf(event: RequestEvent, schema: z.ZodObject): Record<string, unknown> {
  const given = Object.keys(schema.shape).map((name) => [name, event.query.get(name)] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
