import { BlockList, isIP } from "node:net";

/** Networks that are not the open internet: own machine, private, link-local, translation, documentation, multicast. */
const RESERVED = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  RESERVED.addSubnet(network, prefix, "ipv4");
}

/** The only IPv6 addresses that are global unicast; all else is one of the kinds above. */
const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet("2000::", 3, "ipv6");

/** Global ones that lead somewhere else: Teredo and other protocol assignments, documentation, 6to4. */
const DETOURS = new BlockList();
DETOURS.addSubnet("2001::", 23, "ipv6");
DETOURS.addSubnet("2001:db8::", 32, "ipv6");
DETOURS.addSubnet("2002::", 16, "ipv6");
DETOURS.addSubnet("3fff::", 20, "ipv6");

/** Whether an IP address is one of the open internet, so that a request to it cannot probe the inside. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !RESERVED.check(address, "ipv4");
    case 6:
      return GLOBAL_UNICAST.check(address, "ipv6") && !DETOURS.check(address, "ipv6");
    default:
      return false;
  }
}
