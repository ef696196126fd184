/** The files of a node folder that are read, by name; only the first is required. */
export const NODE_FILES = [
  'iptables-save.txt',
  'ip6tables-save.txt',
  'ip-addr.json',
  'ip-link.json',
  'ip-route.json',
  'ip-6-route.json',
  'ip-maddr.json',
  'ip-rule.json',
  'ip-6-rule.json',
  'ipset-save.txt',
  'sysctl.txt',
  'conntrack.txt',
  'ss.txt',
  'nft-ruleset.json',
  // What the same tools print for people, and the other back end of iptables.
  'ip-addr.txt',
  'ip-link.txt',
  'ip-route.txt',
  'ip-6-route.txt',
  'ip-rule.txt',
  'ip-6-rule.txt',
  'nft-ruleset.txt',
  'iptables-S.txt',
  'ip6tables-S.txt',
  'iptables-legacy-save.txt',
  'ip6tables-legacy-save.txt',
  'iptables-nft-save.txt',
  'ip6tables-nft-save.txt',
] as const;
/** The name of a file that a node's folder can have. */
export type NodeFile = (typeof NODE_FILES)[number];

/** Names by which people keep what a file of a node has, most particular first. */
const MEANT: readonly (readonly [pattern: RegExp, meant: string])[] = [
  [/^ip6tables.*legacy/i, 'ip6tables-legacy-save.txt'],
  [/^iptables.*legacy/i, 'iptables-legacy-save.txt'],
  [/^ip6tables|rules[._-]?v6/i, 'ip6tables-save.txt'],
  [/iptables|rules[._-]?v4/i, 'iptables-save.txt'],
  [/nft/i, 'nft-ruleset'],
  [/conntrack/i, 'conntrack.txt'],
  [/ipset/i, 'ipset-save.txt'],
  [/sysctl/i, 'sysctl.txt'],
  [/^ss\b|socket|netstat/i, 'ss.txt'],
  [/6.*route|route.*6/i, 'ip-6-route'],
  [/route/i, 'ip-route'],
  [/6.*ip[._-]?rule|ip[._-]?6.*rule/i, 'ip-6-rule'],
  [/ip[._-]?rule/i, 'ip-rule'],
  [/maddr|multicast/i, 'ip-maddr.json'],
  [/link/i, 'ip-link'],
  [/addr|ifconfig|^ip[._-]?a\b/i, 'ip-addr'],
];

/** What a file that is not read was probably meant to be; `undefined` where its name does not say. */
export const meantBy = (name: string): NodeFile | undefined => {
  const found = MEANT.find(([pattern]) => pattern.test(name))?.[1];
  const meant = found === undefined || found.includes('.') ? found : `${found}${name.endsWith('.json') ? '.json' : '.txt'}`;
  return NODE_FILES.find((known) => known === meant);
};
