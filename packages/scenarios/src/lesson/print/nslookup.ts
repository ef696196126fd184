import type { LookupResult } from '../../resolver/machine.ts';

const PORT = 53;

const answerLines = (name: string, result: LookupResult): readonly string[] => {
  switch (result.kind) {
    case 'resolved':
      return result.addresses.flatMap((address) => [`Name:\t${result.name.replace(/\.$/, '')}`, `Address: ${address}`]);
    case 'not-found':
      return [`** server can't find ${name}: NXDOMAIN`];
    case 'failed':
      switch (result.why) {
        case 'timed-out':
          return [';; connection timed out; no servers could be reached'];
        case 'refused':
          return [`** server can't find ${name}: REFUSED`];
        case 'server-failure':
          return [`** server can't find ${name}: SERVFAIL`];
      }
  }
};

/**
 * What BIND's `nslookup` prints. Who asks is glibc's resolver: it takes the same names in the same order, and asks for AAAA of each,
 * which nslookup does of the last.
 */
export const nslookupLines = (name: string, nameserver: string, result: LookupResult): readonly string[] => {
  const answer = answerLines(name, result);
  if (result.kind === 'failed' && result.why === 'timed-out') return [...answer, ''];
  return [`Server:\t\t${nameserver}`, `Address:\t${nameserver}#${PORT}`, '', ...answer, ''];
};
