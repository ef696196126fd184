import type { Family, NodeFile, NodeSnapshot } from '@nodelocal/netfilter-sim';

/** What of the node its files tell. */
export interface Told {
  readonly links: boolean;
  readonly sockets: boolean;
  readonly entries: boolean;
  readonly sysctls: boolean;
  readonly families: Readonly<Record<Family, ToldOfFamily>>;
}

interface ToldOfFamily {
  /** Those of iptables. */
  readonly iptables: boolean;
  /** Any at all: what nftables lists has those of iptables-nft too. */
  readonly rules: boolean;
  readonly routes: boolean;
  readonly routingRules: boolean;
}

export const toldBy = ({ contents }: NodeSnapshot): Told => {
  const has = (...files: readonly NodeFile[]): boolean => files.some((file) => contents[file] !== undefined);
  const nftables = has('nft-ruleset.json', 'nft-ruleset.txt');
  const iptables = { ipv4: has(...RULES.ipv4), ipv6: has(...RULES.ipv6) };
  return {
    links: has('ip-addr.json', 'ip-addr.txt'),
    sockets: has('ss.txt'),
    entries: has('conntrack.txt'),
    sysctls: has('sysctl.txt'),
    families: {
      ipv4: { iptables: iptables.ipv4, rules: iptables.ipv4 || nftables, routes: has('ip-route.json', 'ip-route.txt'), routingRules: has('ip-rule.json', 'ip-rule.txt') },
      ipv6: { iptables: iptables.ipv6, rules: iptables.ipv6 || nftables, routes: has('ip-6-route.json', 'ip-6-route.txt'), routingRules: has('ip-6-rule.json', 'ip-6-rule.txt') },
    },
  };
};

/** The first that is there tells the rules, and the back end that `iptables` has. */
export const RULES: Readonly<Record<Family, readonly NodeFile[]>> = {
  ipv4: ['iptables-save.txt', 'iptables-S.txt', 'iptables-legacy-save.txt', 'iptables-nft-save.txt'],
  ipv6: ['ip6tables-save.txt', 'ip6tables-S.txt', 'ip6tables-legacy-save.txt', 'ip6tables-nft-save.txt'],
};
