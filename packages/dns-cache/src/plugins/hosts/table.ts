import { addressOctets, octetsText } from '../../address.ts';
import type { Zone } from '../../corefile/zone.ts';
import { foldName, readNameText } from '../../message/name.ts';
import { longestZone } from '../../plugin/zones.ts';

/** What a hosts file says; names are folded, addresses canonical. */
export interface HostsTable {
  readonly ipv4: ReadonlyMap<string, readonly string[]>;
  readonly ipv6: ReadonlyMap<string, readonly string[]>;
  readonly names: ReadonlyMap<string, readonly string[]>;
}

const WILDCARD = '\u0001*';

const append = (map: Map<string, string[]>, key: string, item: string): void => {
  const known = map.get(key);
  if (known === undefined) map.set(key, [item]);
  else known.push(item);
};

/**
 * The table of `ADDRESS NAMES...` lines, as far as the names are within the zones. What is no address or no name is
 * passed over, as everybody does (CoreDNS plugin/hosts/hostsfile.go).
 */
export const parseHosts = (text: string, zones: readonly Zone[], reverse: boolean): HostsTable => {
  const ipv4 = new Map<string, string[]>();
  const ipv6 = new Map<string, string[]>();
  const names = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...aliases] = (line.split('#')[0] ?? '').split(/\s+/).filter((word) => word !== '');
    const octets = addressOctets(address);
    if (octets === undefined) continue;
    const canonical = octetsText(octets);
    for (const alias of aliases) {
      const wire = readNameText(alias);
      const name = wire === undefined ? undefined : foldName(wire);
      if (name === undefined || longestZone(zones, name) === undefined) continue;
      append(octets.length === 4 ? ipv4 : ipv6, name, canonical);
      // Nobody is called `*`.
      if (reverse && !name.startsWith(WILDCARD)) append(names, canonical, name);
    }
  }
  return { ipv4, ipv6, names };
};

/** How many addresses and names there are, as CoreDNS's metric counts them. */
export const countEntries = ({ ipv4, ipv6, names }: HostsTable): number =>
  [ipv4, ipv6, names].flatMap((map) => [...map.values()]).reduce((count, { length }) => count + length, 0);

/** The name with `*` for its first label: a wildcard stands for one label. */
export const wildcardOf = (name: string): string => `${WILDCARD}${name.slice(name.charCodeAt(0) + 1)}`;
