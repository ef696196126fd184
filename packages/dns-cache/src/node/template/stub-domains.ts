import type { FileContent } from './contents.ts';
import { isTexts, NO_LIST, readKey } from './key-value.ts';
import type { KubeDns, KubeDnsProblem, Reading } from './kube-dns.ts';
import { serverFault } from './server-address.ts';
import { domainFault } from './stub-domain.ts';

type StubDomains = KubeDns['stubDomains'];

/** What `forward` takes. */
const SERVERS_MAX = 15;

/** The servers of one domain. An empty list is no slip of the pen: there, what was before does not stay. */
const readServers = (domain: string, value: unknown, last: readonly string[] | undefined): Reading<readonly string[] | undefined> => {
  const kept = (reason: string): Reading<readonly string[] | undefined> => ({ value: last, problems: [{ kind: 'domain', domain, reason }] });
  const servers = value ?? [];
  if (!isTexts(servers)) return kept(NO_LIST);
  if (servers.length > SERVERS_MAX) return kept(`${servers.length} servers; at most ${SERVERS_MAX} are taken`);
  const fault = domainFault(domain) ?? servers.flatMap((server) => serverFault(server) ?? [])[0];
  if (fault !== undefined) return kept(fault);
  if (servers.length > 0) return { value: servers, problems: [] };
  return { value: undefined, problems: [{ kind: 'domain', domain, reason: 'it has no servers, and is left out' }] };
};

/** The domains of the key; one that cannot be understood stays as it was, or is left out, and so does the whole of them. */
export const readStubDomains = (file: FileContent | undefined, last: StubDomains): Reading<StubDomains> => {
  const refused = (reason: string): Reading<StubDomains> => ({ value: last, problems: [{ kind: 'key', key: 'stubDomains', reason }] });
  const read = readKey(file);
  if (read.kind === 'no-value') return refused(read.reason);
  const domains = read.value ?? {};
  if (typeof domains !== 'object' || Array.isArray(domains)) {
    return refused('not domains with their servers; write {"acme.local": ["10.0.0.3"]}');
  }
  const value = new Map<string, readonly string[]>();
  const problems: KubeDnsProblem[] = [];
  for (const [domain, written] of Object.entries(domains)) {
    const servers = readServers(domain, written, last.get(domain));
    if (servers.value !== undefined) value.set(domain, servers.value);
    problems.push(...servers.problems);
  }
  return { value, problems };
};
