import { type Fragment, identifier, join, raw, sql } from "./fragment.ts";

/** A private table whose rows move amounts between accounts. */
export interface TransferTable {
  readonly table: string;
  /** Columns. */
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly unit: string;
  /** How the names of accounts begin that may not fall below zero. */
  readonly covered: readonly string[];
}

/** Where the balances of a table of transfers stand: a row per account and unit. */
export function balancesOf(table: string): string {
  return `${table}Balances`;
}

/**
 * Makes the balances where they are missing, right for the rows that are there, and the triggers that keep
 * them: they follow every new row and change in no other way, whoever asks.
 */
export function createTransfers(transfers: TransferTable): Fragment[] {
  const { table, from, to } = transfers;
  const balances = identifier(balancesOf(table));
  return [
    sql`CREATE TABLE IF NOT EXISTS ${balances} (\`account\` TEXT NOT NULL, \`unit\` TEXT NOT NULL, \`balance\` INTEGER NOT NULL, \`position\` INTEGER NOT NULL, PRIMARY KEY (\`account\`, \`unit\`)) WITHOUT ROWID`,
    sql`CREATE INDEX IF NOT EXISTS ${identifier(`idx_${balancesOf(table)}_open`)} ON ${balances} (\`account\`) WHERE \`balance\` <> 0`,
    fillBalances(transfers),
    trigger(table, "follow", raw("AFTER INSERT"), [
      follow(transfers, from, raw("-")),
      follow(transfers, to, raw("+")),
      ...refuseUncovered(transfers),
    ]),
    trigger(table, "two_accounts", raw("BEFORE INSERT"), [
      refuse(
        `a row of ${table} moves an amount between two accounts`,
        sql`NEW.${identifier(from)} = NEW.${identifier(to)}`,
      ),
    ]),
    ...guards(transfers),
  ];
}

/** The balance of an account, if it ever had a row. */
export function selectBalance(table: string, account: string, unit: string): Fragment {
  return sql`SELECT \`balance\` FROM ${identifier(balancesOf(table))} WHERE \`account\` = ${account} AND \`unit\` = ${unit}`;
}

/** The accounts that are not even, of those whose names begin so. */
export function selectOpenAccounts(table: string, start: string): Fragment {
  // The first text behind all that begin so.
  const end = start.slice(0, -1) + String.fromCharCode(start.charCodeAt(start.length - 1) + 1);
  return sql`SELECT \`account\`, \`unit\`, \`balance\` FROM ${identifier(balancesOf(table))} WHERE \`balance\` <> 0 AND \`account\` >= ${start} AND \`account\` < ${end} ORDER BY \`account\`, \`unit\``;
}

function fillBalances({ table, from, to, amount, unit }: TransferTable): Fragment {
  const leg = (account: string, sign: string) =>
    sql`SELECT ${identifier(account)} AS \`account\`, ${identifier(unit)} AS \`unit\`, ${raw(sign)}${identifier(amount)} AS \`moved\`, \`position\` FROM ${identifier(table)}`;
  const balances = identifier(balancesOf(table));
  return sql`INSERT INTO ${balances} SELECT \`account\`, \`unit\`, sum(\`moved\`), max(\`position\`) FROM (${leg(from, "-")} UNION ALL ${leg(to, "")}) WHERE NOT EXISTS (SELECT 1 FROM ${balances}) GROUP BY \`account\`, \`unit\``;
}

function follow({ table, amount, unit }: TransferTable, account: string, sign: Fragment): Fragment {
  const moved = sql`NEW.${identifier(amount)}`;
  const start = sql`(NEW.${identifier(account)}, NEW.${identifier(unit)}, 0 ${sign} ${moved}, NEW.\`position\`)`;
  return sql`INSERT INTO ${identifier(balancesOf(table))} (\`account\`, \`unit\`, \`balance\`, \`position\`) VALUES ${start} ON CONFLICT (\`account\`, \`unit\`) DO UPDATE SET \`balance\` = \`balance\` ${sign} ${moved}, \`position\` = NEW.\`position\``;
}

function refuseUncovered({ table, from, unit, covered }: TransferTable): Fragment[] {
  if (covered.length === 0) return [];
  const account = sql`NEW.${identifier(from)}`;
  const begins = covered.map(
    (start) => sql`substr(${account}, 1, ${raw(String(start.length))}) = ${text(start)}`,
  );
  const balance = sql`(SELECT \`balance\` FROM ${identifier(balancesOf(table))} WHERE \`account\` = ${account} AND \`unit\` = NEW.${identifier(unit)})`;
  return [
    refuse(
      `an account of ${table} would fall below zero`,
      sql`(${join(begins, " OR ")}) AND ${balance} < 0`,
    ),
  ];
}

/** What a balance may become is what the last row of the table has made of it. */
function guards({ table, from, to, amount, unit }: TransferTable): Fragment[] {
  const balances = balancesOf(table);
  const words = `balances of ${table} follow its rows and nothing else`;
  const [source, target] = [identifier(from), identifier(to)];
  const moved = sql`(SELECT CASE WHEN ${target} = NEW.\`account\` THEN ${identifier(amount)} ELSE -${identifier(amount)} END FROM ${identifier(table)} WHERE \`position\` = NEW.\`position\` AND ${identifier(unit)} = NEW.\`unit\` AND NEW.\`account\` IN (${source}, ${target}))`;
  const isKnown = sql`EXISTS (SELECT 1 FROM ${identifier(balances)} WHERE \`account\` = NEW.\`account\` AND \`unit\` = NEW.\`unit\` AND \`position\` >= NEW.\`position\`)`;
  const isOther = sql`NEW.\`account\` <> OLD.\`account\` OR NEW.\`unit\` <> OLD.\`unit\` OR NEW.\`position\` <= OLD.\`position\``;
  return [
    trigger(balances, "insert", raw("BEFORE INSERT"), [
      refuse(words, sql`NEW.\`balance\` IS NOT ${moved} OR ${isKnown}`),
    ]),
    trigger(balances, "update", raw("BEFORE UPDATE"), [
      refuse(words, sql`${isOther} OR NEW.\`balance\` - OLD.\`balance\` IS NOT ${moved}`),
    ]),
    trigger(balances, "delete", raw("BEFORE DELETE"), [refuse(words, raw("1"))]),
  ];
}

function trigger(
  table: string,
  what: string,
  when: Fragment,
  steps: readonly Fragment[],
): Fragment {
  const name = identifier(`${table}_${what}`);
  return sql`CREATE TRIGGER IF NOT EXISTS ${name} ${when} ON ${identifier(table)} BEGIN ${join(steps, "; ")}; END`;
}

function refuse(message: string, condition: Fragment): Fragment {
  return sql`SELECT RAISE(ABORT, ${text(message)}) WHERE ${condition}`;
}

/** A text inside a trigger, where there are no parameters. */
function text(value: string): Fragment {
  return raw(`'${value.replaceAll("'", "''")}'`);
}
