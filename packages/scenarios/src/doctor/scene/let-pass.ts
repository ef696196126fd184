import type { NftPlace } from '@nodelocal/netfilter-sim';
import { familyOf } from '@nodelocal/netfilter-sim';
import type { Exchange } from '../../preflight/way/exchange.ts';
import { senderOf } from '../../preflight/way/question.ts';
import { onNode } from './command.ts';
import type { Command } from './command.ts';

/** Of nftables every base chain has its say, so that only the chain that drops a packet can let it pass: by a rule on its top. */
export const letPass = ({ family, table, chain }: NftPlace, exchanges: readonly Exchange[]): readonly Command[] =>
  [...new Set(exchanges.flatMap(matchesOf))].map((match) => onNode(`nft insert rule ${family} ${table} ${chain} ${match} accept`));

const matchesOf = ({ question: { asker, address, protocol, port }, result }: Exchange): readonly string[] => {
  if (result.kind !== 'lost') return [];
  const isAsked = senderOf(result.leg) === 'asker';
  // What the cache asks is translated, and its answers are known by their connection.
  if (asker.kind === 'cache') return [isAsked ? `${protocol} dport ${port}` : 'ct state established,related'];
  const ip = familyOf(address) === 'ipv6' ? 'ip6' : 'ip';
  return [isAsked ? `${ip} daddr ${address} ${protocol} dport ${port}` : `${ip} saddr ${address} ${protocol} sport ${port}`];
};
