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
    case 'routes':
      return unknown.family === 'ipv4' ? 'where answers to pods go (ip -j -N route show table all prints it, for ip-route.json)' : 'where answers to pods go by IPv6 (ip -j -N -6 route show table all prints it, for ip-6-route.json)';
    case 'routing-rules':
      return `whether routing rules come before the local table (${unknown.family === 'ipv4' ? 'ip -j rule prints them, for ip-rule.json' : 'ip -j -6 rule prints them, for ip-6-rule.json'})`;
    case 'sysctls':
      return 'whether rp_filter is in the way (sysctl -a prints it, for sysctl.txt)';
    case 'pod':
      return `what becomes of the queries of pods${unknown.family === 'ipv6' ? ' by IPv6' : ''}: no pod was found (name one by --pod DEVICE:ADDRESS)`;
    case 'upstream':
      return "whether the cache's own questions come through (name its Service by --upstream ADDRESS)";
    case 'exchange':
      return lossWords(unknown.exchange);
  }
};
