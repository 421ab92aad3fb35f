/** What clients must have seen of a series of writes. */

export interface Write {
  /** Writers write one after another. */
  readonly writer: number;
  /** `create:title`; all different. */
  readonly event: string;
  /** `all`, or the name of the only one who may see it. */
  readonly audience: string;
  /** False when the server was killed before it answered: it may have happened or not. */
  readonly isCertain: boolean;
}

export interface Seen {
  readonly name: string;
  readonly audience: string;
  /** In order of arrival. */
  readonly seen: readonly string[];
}

/** Every loss, repetition, leak and wrong order, a sentence each. */
export function findDisagreements(writes: readonly Write[], clients: readonly Seen[]): string[] {
  return [
    ...clients.flatMap((client) => checkClient(writes, client)),
    ...checkUncertain(writes, clients),
    ...checkSameOrder(clients),
  ];
}

function maySee({ audience }: Write, client: Seen): boolean {
  return audience === "all" || audience === client.audience;
}

function checkClient(writes: readonly Write[], client: Seen): string[] {
  const found: string[] = [];
  const say = (what: string, event: string) => found.push(`${client.name} ${what} ${event}`);
  const times = new Map<string, number>();
  for (const event of client.seen) times.set(event, (times.get(event) ?? 0) + 1);
  const known = new Map(writes.map((write) => [write.event, write]));
  for (const [event, count] of times) {
    const write = known.get(event);
    if (count > 1) say(`saw ${count} times`, event);
    if (!write) say("saw the unknown", event);
    else if (!maySee(write, client)) say("must not see", event);
  }
  for (const write of writes) {
    if (write.isCertain && maySee(write, client) && !times.has(write.event))
      say("missed", write.event);
  }
  return [...found, ...checkWriters(writes, client)];
}

function checkWriters(writes: readonly Write[], client: Seen): string[] {
  const places = new Map(client.seen.map((event, place) => [event, place]));
  const latest = new Map<number, string>();
  const found: string[] = [];
  for (const { writer, event } of writes) {
    const place = places.get(event);
    if (place === undefined) continue;
    const before = latest.get(writer);
    if (before !== undefined && places.get(before)! > place)
      found.push(`${client.name} saw ${event} before ${before}`);
    latest.set(writer, event);
  }
  return found;
}

/** What may have happened must be seen by all or by none. */
function checkUncertain(writes: readonly Write[], clients: readonly Seen[]): string[] {
  const uncertain = writes.filter(({ isCertain }) => !isCertain);
  const events = new Set(uncertain.map(({ event }) => event));
  const sets = new Map(
    clients.map((client) => [client, new Set(client.seen.filter((event) => events.has(event)))]),
  );
  return uncertain.flatMap((write) => {
    const entitled = clients.filter((client) => maySee(write, client));
    const witnesses = entitled.filter((client) => sets.get(client)!.has(write.event));
    if (witnesses.length === 0 || witnesses.length === entitled.length) return [];
    return [`${write.event} was seen by ${witnesses.length} of ${entitled.length}`];
  });
}

function checkSameOrder(clients: readonly Seen[]): string[] {
  const [first, ...others] = clients.toSorted((a, b) => b.seen.length - a.seen.length);
  if (!first) return [];
  const known = new Set(first.seen);
  return others.flatMap((other) => {
    const theirs = other.seen.filter((event) => known.has(event));
    const common = new Set(theirs);
    const mine = first.seen.filter((event) => common.has(event));
    const at = mine.findIndex((event, index) => event !== theirs[index]);
    return at < 0 ? [] : [`${first.name} saw ${mine[at]} where ${other.name} saw ${theirs[at]}`];
  });
}
