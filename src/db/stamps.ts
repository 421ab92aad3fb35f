import type { Database } from "./database.ts";
import { query } from "./kysely.ts";

/** Texts that differ whenever collections or settings were written. */
export interface Stamps {
  readonly collections: string;
  readonly settings: string;
}

export async function readStamps(db: Database): Promise<Stamps> {
  const collections = await db.get<{ total: number; latest: string | null }>(
    query
      .selectFrom("_collections")
      .select((eb) => [eb.fn.countAll<number>().as("total"), eb.fn.max("updated").as("latest")])
      .compile(),
  );
  const settings = await db.get<{ updated: string }>(
    query.selectFrom("_params").select("updated").where("id", "=", "settings").compile(),
  );
  return {
    collections: `${collections?.total} ${collections?.latest}`,
    settings: settings?.updated ?? "",
  };
}
