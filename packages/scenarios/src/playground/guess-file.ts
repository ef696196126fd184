/** By what a tool's output begins with or has in it, most particular first. */
const SIGNS: readonly (readonly [sign: RegExp, file: string])[] = [
  [/^\s*\{\s*"nftables"/, 'nft-ruleset.json'],
  [/^\s*\[\s*\{[^]*"addr_info"/, 'ip-addr.json'],
  [/^\s*\[\s*\{[^]*"maddr"/, 'ip-maddr.json'],
  [/^\s*\[\s*\{[^]*"priority"/, 'ip-rule.json'],
  [/^\s*\[\s*\{[^]*"dst"/, 'ip-route.json'],
  [/^\s*\[\s*\{[^]*"ifname"/, 'ip-link.json'],
  [/^table (?:ip|ip6|inet) \S+ \{/m, 'nft-ruleset.txt'],
  [/^:?-A [^\n]* (?:-[sd]|--to-destination) \[?[0-9a-f]*:[0-9a-f:]*/m, 'ip6tables-save.txt'],
  [/^\*(?:raw|mangle|nat|filter|security)\b/m, 'iptables-save.txt'],
  [/^-[PA] [A-Z]/m, 'iptables-S.txt'],
  [/^create \S+ (?:hash|bitmap|list):/m, 'ipset-save.txt'],
  [/^net\.\S+ ?= ?/m, 'sysctl.txt'],
  [/^(?:ipv4 |ipv6 )?\s*\S+\s+\d+ .*\bsrc=\S+ dst=/m, 'conntrack.txt'],
  [/^(?:udp|tcp)\s+(?:UNCONN|LISTEN)\b/m, 'ss.txt'],
  [/^\d+: \S+: <[^>]*>[^]*\n\s+inet6? /m, 'ip-addr.txt'],
  [/^\d+: \S+: <[^>]*>/m, 'ip-link.txt'],
  [/^\d+:\s+from /m, 'ip-rule.txt'],
  [/^(?:default|local|broadcast|blackhole|unreachable|[\d.]+(?:\/\d+)?) .*\b(?:dev|via)\b/m, 'ip-route.txt'],
  [/^(?:nameserver|search|options)\s/m, 'resolv.conf'],
  [/^[^\n{]*:\d+[^\n{]*\{/m, 'corefile'],
];

/** Which file of a node folder a pasted text is; `undefined` where it does not show. */
export const guessFile = (text: string): string | undefined => SIGNS.find(([sign]) => sign.test(text))?.[1];
