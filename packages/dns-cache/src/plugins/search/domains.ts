import { CorefileError } from '../../corefile/error.ts';
import type { WireName } from '../../message/name.ts';
import type { Site } from '../../plugin/site.ts';
import { reasonOf } from '../../reason.ts';
import { serviceDomainOf } from './first-domain.ts';
import { readSearchList } from './resolv-conf.ts';
import type { SearchValue } from './setup.ts';

export const octetsOf = (folded: string): WireName => Uint8Array.from(folded, (character) => character.charCodeAt(0));

/** The domains behind that of the namespace, in their order, as they are now. */
export const domainsOf = ({ cluster, domains }: SearchValue, { readFile, watchFile }: Site): (() => readonly WireName[]) => {
  const lists = domains.map((domain) => {
    if (domain.kind === 'domain') return [domain.zone.folded];
    try {
      return readSearchList(readFile(domain.path));
    } catch (cause) {
      throw new CorefileError(domain.position, `no search list in '${domain.path}': ${reasonOf(cause)}`, 'name a file like resolv.conf, or the domains');
    }
  });
  const join = (): readonly WireName[] => [...new Set([serviceDomainOf(cluster.folded), cluster.folded, ...lists.flat()])].map(octetsOf);
  let joined = join();
  for (const [index, domain] of domains.entries()) {
    if (domain.kind !== 'file') continue;
    watchFile(domain.path, (text) => {
      lists[index] = readSearchList(text);
      joined = join();
    });
  }
  return () => joined;
};
