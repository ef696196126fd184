import { lossWords } from '../../preflight/words/question.ts';
import type { Unknown } from '../unknown.ts';

/** What is not known, and what would tell it. */
export const unknownWords = (unknown: Unknown): string => {
  switch (unknown.kind) {
    case 'links':
      return 'whether the link and its addresses are there (ip -j addr prints them, for ip-addr.json)';
    case 'sockets':
      return 'whether somebody listens on the addresses (ss -lntuH prints it, for ss.txt)';
    case 'entries':
      return 'whether entries from before the cache are left (conntrack -L -o extended prints them, for conntrack.txt)';
    case 'rules':
      return unknown.family === 'ipv4' ? 'the rules (iptables-save prints them, for iptables-save.txt)' : 'the rules of IPv6 (ip6tables-save prints them, for ip6tables-save.txt)';
    case 'pod':
      return `what becomes of the queries of pods${unknown.family === 'ipv6' ? ' by IPv6' : ''}: no pod was found (name one by --pod DEVICE:ADDRESS)`;
    case 'upstream':
      return "whether the cache's own questions come through (name its Service by --upstream ADDRESS)";
    case 'exchange':
      return lossWords(unknown.exchange);
  }
};
