import type { FileContent } from './contents.ts';
import { isTexts, NO_LIST, readKey } from './key-value.ts';
import type { Reading } from './kube-dns.ts';
import { serverFault } from './server-address.ts';

/** kubernetes/dns pkg/dns/config: as many as glibc reads from resolv.conf. */
const UPSTREAMS_MAX = 3;

const faultOf = (servers: readonly string[]): string | undefined =>
  servers.length > UPSTREAMS_MAX
    ? `${servers.length} servers; at most ${UPSTREAMS_MAX} are taken`
    : servers.flatMap((server) => serverFault(server) ?? [])[0];

/** The servers of the key, all of them or those from before. */
export const readUpstreamNameservers = (file: FileContent | undefined, last: readonly string[]): Reading<readonly string[]> => {
  const refused = (reason: string): Reading<readonly string[]> => ({ value: last, problems: [{ kind: 'key', key: 'upstreamNameservers', reason }] });
  const read = readKey(file);
  if (read.kind === 'no-value') return refused(read.reason);
  const value = read.value ?? [];
  if (!isTexts(value)) return refused(NO_LIST);
  const fault = faultOf(value);
  return fault === undefined ? { value, problems: [] } : refused(fault);
};
