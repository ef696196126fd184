import { promises as dns } from 'node:dns';
import { existsSync, readFileSync } from 'node:fs';
import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import { CorefileError } from '../corefile/error.ts';
import { ROOT_ZONE } from '../corefile/zone.ts';
import { foldName, readNameText } from '../message/name.ts';
import type { HostAddresses, HostLookup } from '../plugin/lookup.ts';
import { hostKey } from '../plugin/lookup.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { parseHosts } from '../plugins/hosts/table.ts';
import { reasonOf } from '../reason.ts';

const HOSTS_FILE = '/etc/hosts';

/** How long one resolver is waited for (CoreDNS plugin/forward/resolve.go, dnsLookup). */
const PATIENCE_MS = 2000;

/** A name is absolute: no search domain is put behind it. */
const absolute = (host: string): string => (host.endsWith('.') ? host : `${host}.`);

/** The system's file comes first, and knows no final dot. */
const byHostsFile = (host: string): readonly string[] => {
  const wire = readNameText(host);
  if (wire === undefined || !existsSync(HOSTS_FILE)) return [];
  const { ipv4, ipv6 } = parseHosts(readFileSync(HOSTS_FILE, 'utf8'), [ROOT_ZONE], false);
  const name = foldName(wire);
  return [...(ipv4.get(name) ?? []), ...(ipv6.get(name) ?? [])];
};

const bySystem = async (host: string): Promise<readonly string[]> => {
  const listed = byHostsFile(host);
  if (listed.length > 0) return listed;
  const found = await dns.lookup(absolute(host), { all: true });
  return found.map(({ address }) => address);
};

/** A without AAAA will do, and the other way round. */
const byResolver = async (host: string, resolver: Endpoint): Promise<readonly string[]> => {
  const client = new dns.Resolver({ timeout: PATIENCE_MS, tries: 1 });
  client.setServers([endpointText(resolver)]);
  const answers = await Promise.allSettled([client.resolve4(absolute(host)), client.resolve6(absolute(host))]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const refused = answers.find((answer) => answer.status === 'rejected');
  if (found.length === 0 && refused !== undefined) throw refused.reason;
  return found;
};

/** @throws Error with what the last one says */
const addressesOf = async ({ host, resolvers }: HostLookup): Promise<readonly string[]> => {
  if (resolvers.length === 0) return bySystem(host);
  let last: unknown;
  for (const resolver of resolvers) {
    try {
      return await byResolver(host, resolver);
    } catch (error) {
      last = error;
    }
  }
  throw last;
};

const isThere = (path: string, readFile: (path: string) => string): boolean => {
  try {
    readFile(path);
    return true;
  } catch {
    // Whatever keeps it from being read: then it is a name.
    return false;
  }
};

/** The hosts that a Corefile names, by `hostKey`; a word that is a file is none. */
export const hostLookups = ({ blocks }: Corefile, readFile: (path: string) => string): ReadonlyMap<string, HostLookup> => {
  const lookups = blocks.flatMap(({ plugins }) => plugins.flatMap((plugin) => plugin.lookups));
  return new Map(lookups.filter(({ unlessFile }) => unlessFile === undefined || !isThere(unlessFile, readFile)).map((lookup) => [hostKey(lookup), lookup]));
};

/** Addresses of the hosts that a Corefile names, as they are now. @throws CorefileError for one that has none */
export const lookUpHosts = async (corefile: Corefile, readFile: (path: string) => string): Promise<HostAddresses> => {
  const found = await Promise.all(
    [...hostLookups(corefile, readFile)].map(async ([key, lookup]) => {
      try {
        return [key, await addressesOf(lookup)] as const;
      } catch (cause) {
        const mend = lookup.unlessFile === undefined ? '' : `nor is there a file '${lookup.unlessFile}'`;
        throw new CorefileError(lookup.position, `failed to resolve '${lookup.host}': ${reasonOf(cause)}`, mend);
      }
    }),
  );
  return new Map(found);
};
