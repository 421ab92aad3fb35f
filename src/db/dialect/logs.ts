import { type Fragment, join, raw, sql } from "./fragment.ts";

/** `date` (a full hour) and `total` for every hour that has logs. */
export function countLogsByHour(conditions: readonly Fragment[]): Fragment {
  const where = conditions.length > 0 ? sql` WHERE ${join(conditions, " AND ")}` : raw("");
  return sql`SELECT count(id) AS total, strftime('%Y-%m-%d %H:00:00', created) AS date FROM \`_logs\`${where} GROUP BY date`;
}
