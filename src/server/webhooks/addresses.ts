import ipaddr from 'ipaddr.js';

type Reach = 'public' | 'loopback' | 'closed';

/** ::ffff:0:0/96 is IPv4 as IPv6 sockets write it; 64:ff9b::/96 is what a NAT64 turns into IPv4 (RFC 6052). */
const ipv4Prefixes = [
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
  [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0],
];

/** Whether a webhook may be sent to this address: anywhere in public, and to this machine only where that is allowed. */
export function isAllowed(address: string, allowLoopback: boolean): boolean {
  const reach = reachOf(address);
  return reach === 'public' || (reach === 'loopback' && allowLoopback);
}

function reachOf(address: string): Reach {
  // With a zone, as in fe80::1%eth0, it is an address of this machine's own links.
  if (address.includes('%') || !ipaddr.isValid(address)) return 'closed';
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') return reachOfRange(parsed.range());
  const bytes = parsed.toByteArray();
  if (ipv4Prefixes.some((prefix) => prefix.every((byte, index) => byte === bytes[index])))
    return reachOfRange(new ipaddr.IPv4(bytes.slice(12)).range());
  // Nothing outside 2000::/3 has been given to anybody: https://www.iana.org/assignments/ipv6-address-space
  const isGlobal = (bytes[0]! & 0xe0) === 0x20;
  const reach = reachOfRange(parsed.range());
  return reach === 'public' && !isGlobal ? 'closed' : reach;
}

/** What is not named is closed: private, link-local, carrier-grade NAT, multicast, tunnels such as 6to4, documentation … */
function reachOfRange(range: string): Reach {
  if (range === 'unicast') return 'public';
  return range === 'loopback' ? 'loopback' : 'closed';
}
