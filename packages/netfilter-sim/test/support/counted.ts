import { printRule } from '@nodelocal/netfilter-sim';
import type { Host, HostState } from '@nodelocal/netfilter-sim';

/** `filter 1 -A INPUT …` for each IPv4 rule that counted a packet, in the words of `iptables-save`. */
export const countedRules = ({ ruleSets: { ipv4 } }: Host, { counters }: HostState): readonly string[] =>
  [...ipv4.tables.values()]
    .flatMap(({ name, chains }) =>
      [...chains.values()].flatMap((chain) =>
        chain.rules.flatMap((rule, at) => {
          const packets = counters.get(`ipv4 ${name} ${chain.name} ${at + 1}`)?.packets ?? 0;
          return packets === 0 ? [] : [`${name} ${packets} ${printRule(chain.name, rule)}`];
        }),
      ),
    )
    .sort();
