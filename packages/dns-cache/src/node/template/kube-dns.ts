import type { DirectoryContents, FileContent } from './contents.ts';
import { filesOf } from './contents.ts';
import type { JsonReading } from './json-value.ts';
import { readJson } from './json-value.ts';
import { domainFault } from './stub-domain.ts';
import { serverFault } from './server-address.ts';

/** The keys of the ConfigMap that are read. `federations` is of no use any more, and all others are somebody else's. */
export const KUBE_DNS_KEYS = ['stubDomains', 'upstreamNameservers'] as const;

type Key = (typeof KUBE_DNS_KEYS)[number];

/** What the ConfigMap kube-dns asks for. */
export interface KubeDns {
  /** The servers of each domain, 1 to 15. */
  readonly stubDomains: ReadonlyMap<string, readonly string[]>;
  /** At most 3; none means /etc/resolv.conf. */
  readonly upstreamNameservers: readonly string[];
}

export const NO_KUBE_DNS: KubeDns = { stubDomains: new Map(), upstreamNameservers: [] };

/** Something in the ConfigMap that cannot be done. What it was before stays, where it was something. */
export type KubeDnsProblem =
  | { readonly kind: 'directory'; readonly reason: string }
  | { readonly kind: 'key'; readonly key: Key; readonly reason: string }
  | { readonly kind: 'domain'; readonly domain: string; readonly reason: string };

export interface KubeDnsReading {
  readonly kubeDns: KubeDns;
  readonly problems: readonly KubeDnsProblem[];
}

/** kubernetes/dns pkg/dns/config: as many as glibc reads from resolv.conf. */
const UPSTREAMS_MAX = 3;

/** What `forward` takes. */
const SERVERS_MAX = 15;

const keyProblem = (key: Key, reason: string): KubeDnsProblem => ({ kind: 'key', key, reason });

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** What a key says, as JSON; a key that is not there says `null`. */
const valueOf = (file: FileContent | undefined): JsonReading => {
  if (file === undefined) return { kind: 'value', value: null };
  return file.kind === 'text' ? readJson(file.text) : { kind: 'not-json', reason: file.reason };
};

const readUpstreams = (file: FileContent | undefined, last: KubeDns): Pick<KubeDnsReading, 'problems'> & Pick<KubeDns, 'upstreamNameservers'> => {
  const refused = (reason: string) => ({
    upstreamNameservers: last.upstreamNameservers,
    problems: [keyProblem('upstreamNameservers', reason)],
  });
  const read = valueOf(file);
  if (read.kind === 'not-json') return refused(read.reason);
  const upstreamNameservers = read.value ?? [];
  if (!isTexts(upstreamNameservers)) return refused('not a list of addresses; write ["10.0.0.3"]');
  if (upstreamNameservers.length > UPSTREAMS_MAX) {
    return refused(`${upstreamNameservers.length} servers; at most ${UPSTREAMS_MAX} are taken`);
  }
  const fault = upstreamNameservers.flatMap((server) => serverFault(server) ?? [])[0];
  return fault === undefined ? { upstreamNameservers, problems: [] } : refused(fault);
};

/** Why a domain cannot be served; an empty list of servers is no slip of the pen, and what was before does not stay. */
const stubFault = (domain: string, servers: unknown): string | undefined => {
  if (!isTexts(servers)) return 'not a list of addresses; write ["10.0.0.3"]';
  if (servers.length > SERVERS_MAX) return `${servers.length} servers; at most ${SERVERS_MAX} are taken`;
  return domainFault(domain) ?? servers.flatMap((server) => serverFault(server) ?? [])[0];
};

const readStubDomains = (file: FileContent | undefined, last: KubeDns): Pick<KubeDnsReading, 'problems'> & Pick<KubeDns, 'stubDomains'> => {
  const refused = (reason: string) => ({ stubDomains: last.stubDomains, problems: [keyProblem('stubDomains', reason)] });
  const read = valueOf(file);
  if (read.kind === 'not-json') return refused(read.reason);
  const value = read.value ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) return refused('not domains with their servers; write {"acme.local": ["10.0.0.3"]}');
  const stubDomains = new Map<string, readonly string[]>();
  const problems: KubeDnsProblem[] = [];
  for (const [domain, servers] of Object.entries(value)) {
    const fault = stubFault(domain, servers ?? []);
    const kept = fault === undefined ? (servers as readonly string[] | null) : last.stubDomains.get(domain);
    if (fault !== undefined) problems.push({ kind: 'domain', domain, reason: fault });
    else if ((kept ?? []).length === 0) problems.push({ kind: 'domain', domain, reason: 'it has no servers, and is left out' });
    if (kept !== undefined && kept !== null && kept.length > 0) stubDomains.set(domain, kept);
  }
  return { stubDomains, problems };
};

/**
 * The ConfigMap as its directory has it. One key or domain that cannot be understood takes nothing from the others;
 * it stays as it was `last`. A key that is gone is none.
 */
export const readKubeDns = (contents: DirectoryContents, last: KubeDns): KubeDnsReading => {
  if (contents.kind === 'unreadable') return { kubeDns: last, problems: [{ kind: 'directory', reason: contents.reason }] };
  const files = filesOf(contents);
  const stubs = readStubDomains(files.get('stubDomains'), last);
  const upstreams = readUpstreams(files.get('upstreamNameservers'), last);
  return {
    kubeDns: { stubDomains: stubs.stubDomains, upstreamNameservers: upstreams.upstreamNameservers },
    problems: [...stubs.problems, ...upstreams.problems],
  };
};

/** One line, for the log. */
export const problemText = (problem: KubeDnsProblem): string => {
  switch (problem.kind) {
    case 'directory':
      return `ConfigMap kube-dns: ${problem.reason}; it stays as it was`;
    case 'key':
      return `ConfigMap kube-dns: ${problem.key}: ${problem.reason}; it stays as it was`;
    case 'domain':
      return `ConfigMap kube-dns: stubDomains: '${problem.domain}': ${problem.reason}`;
  }
};
