import { isIP, isIPv4 } from "node:net";

/** An IP address; IPv4 mapped into IPv6 stays IPv6, as in Go's `netip`. */
interface Address {
  readonly groups: readonly number[];
  /** Bits per group: 8 for IPv4, 16 for IPv6. */
  readonly width: 8 | 16;
  /** `%zone` of IPv6, without the percent sign. */
  readonly zone: string;
}

/** The textual form PocketBase uses everywhere: IPv4 as it is, IPv6 fully expanded. "" when it is no address. */
export function expandIp(text: string): string {
  const address = parseAddress(text);
  if (address === undefined) return "";
  if (address.width === 8) return address.groups.join(".");
  const expanded = address.groups.map((group) => group.toString(16).padStart(4, "0")).join(":");
  return address.zone === "" ? expanded : `${expanded}%${address.zone}`;
}

/** The peer address of a socket: an IPv4 one that a dual-stack socket reports as `::ffff:a.b.c.d` is IPv4. */
export function socketIp(remoteAddress: string | undefined): string {
  if (remoteAddress === undefined) return "";
  if (isIPv4(remoteAddress)) return remoteAddress;
  return expandIp(remoteAddress.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, ""));
}

/** Whether an address equals one of the addresses, or lies in one of the subnets, of a list. Bad entries match nothing. */
export function isIpInList(list: readonly string[], ip: string): boolean {
  const wanted = list.length === 0 ? undefined : parseAddress(ip);
  return wanted !== undefined && list.some((entry) => contains(entry, wanted));
}

function contains(entry: string, wanted: Address): boolean {
  const [text = "", bits] = entry.split("/", 2);
  const address = parseAddress(text);
  if (address === undefined || address.width !== wanted.width) return false;
  const total = address.groups.length * address.width;
  if (bits === undefined) return address.zone === wanted.zone && sharesBits(address, wanted, total);
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > total || wanted.zone !== "") return false;
  return sharesBits(address, wanted, Number(bits));
}

function sharesBits(a: Address, b: Address, bits: number): boolean {
  return a.groups.every((group, index) => {
    const compared = Math.min(Math.max(bits - index * a.width, 0), a.width);
    const shift = a.width - compared;
    return group >> shift === b.groups[index]! >> shift;
  });
}

function parseAddress(text: string): Address | undefined {
  const family = isIP(text);
  if (family === 0) return undefined;
  if (family === 4) return { groups: text.split(".").map(Number), width: 8, zone: "" };
  const [address = "", zone = ""] = text.split("%", 2);
  return { groups: parseIpv6(address), width: 16, zone };
}

/** @param text a valid IPv6 address without zone */
function parseIpv6(text: string): number[] {
  const hex = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = "", tail] = hex.split("::", 2);
  const toGroups = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => parseInt(group, 16));
  const before = toGroups(head);
  if (tail === undefined) return before;
  const after = toGroups(tail);
  return [
    ...before,
    ...Array.from({ length: 8 - before.length - after.length }, () => 0),
    ...after,
  ];
}
