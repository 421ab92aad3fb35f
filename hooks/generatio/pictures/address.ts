import { BlockList, isIP } from "node:net";

// Ranges that are not "globally reachable" in the special-purpose registries of IANA (RFC 6890), and
// those that only wrap an IPv4 address (6to4, Teredo).
const REFUSED_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
const REFUSED_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];
// Everything outside is loopback, link-local, unique-local, multicast, mapped IPv4 or unassigned.
const GLOBAL_V6 = "2000::/3";

const refused = new BlockList();
for (const range of REFUSED_V4) addRange(refused, range, "ipv4");
for (const range of REFUSED_V6) addRange(refused, range, "ipv6");
const globalV6 = new BlockList();
addRange(globalV6, GLOBAL_V6, "ipv6");

/** True for an IP address of the public internet: one that a server may be made to fetch from. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !refused.check(address, "ipv4");
    case 6:
      return globalV6.check(address, "ipv6") && !refused.check(address, "ipv6");
    default:
      return false;
  }
}

function addRange(list: BlockList, range: string, family: "ipv4" | "ipv6"): void {
  const [network, bits] = range.split("/");
  list.addSubnet(network!, Number(bits), family);
}
