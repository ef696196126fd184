import type { DirectoryContents } from './contents.ts';
import { filesOf } from './contents.ts';
import type { KubeDns, Reading } from './kube-dns.ts';
import { readStubDomains } from './stub-domains.ts';
import { readUpstreamNameservers } from './upstream-nameservers.ts';

/**
 * The ConfigMap as its directory has it. One key or domain that cannot be understood takes nothing from the others;
 * it stays as it was `last`. A key that is gone is none.
 */
export const readKubeDns = (contents: DirectoryContents, last: KubeDns): Reading<KubeDns> => {
  if (contents.kind === 'unreadable') return { value: last, problems: [{ kind: 'directory', reason: contents.reason }] };
  const files = filesOf(contents);
  const stubDomains = readStubDomains(files.get('stubDomains'), last.stubDomains);
  const upstreams = readUpstreamNameservers(files.get('upstreamNameservers'), last.upstreamNameservers);
  return {
    value: { stubDomains: stubDomains.value, upstreamNameservers: upstreams.value },
    problems: [...stubDomains.problems, ...upstreams.problems],
  };
};
