import { isIPv6 } from 'node:net';

/**
 * Whom an address is counted with. A household or an office has one IPv4 address, and of IPv6 a network of 2^64 at least
 * (RFC 6177 §2), of which it may use another address for every request: so the first four groups stand for all of them.
 * IPv4 as IPv6 (RFC 4291 §2.5.5.2) is IPv4.
 * @param address as a socket has it, e.g. `203.0.113.7`, `2001:db8:0:1::9`, `fe80::1%eth0`
 */
export function addressBlock(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groupsOf = (text: string | undefined): string[] => text?.split(':').filter((group) => group !== '') ?? [];
  const [before, behind] = [groupsOf(head), groupsOf(tail)];
  // IPv4 at the end stands for two groups.
  const length = (groups: string[]): number => groups.length + (groups.at(-1)?.includes('.') ? 1 : 0);
  const missing = tail === undefined ? 0 : 8 - length(before) - length(behind);
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...behind];
  return `${groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`; // prettier-ignore
}
