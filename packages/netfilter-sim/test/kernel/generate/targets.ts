import * as fc from 'fast-check';
import { line, oneOf, weighted } from '../../../src/arbitraries/words.ts';
import type { Family } from '../../../src/packet/address.ts';
import type { Place, ProtocolName } from './place.ts';
import { MARKS, POOLS } from './pools.ts';
import type { Choice } from './pools.ts';
import { proxyTarget } from './proxies.ts';
import { headerTargets, proxyTargets, seldomTargets } from './seldom-targets.ts';
import { setMapping, setTarget } from './sets.ts';

/** What rules do. Left out: what needs a program on the other side (NFQUEUE, SYNPROXY) or only talks (LOG). */

const marks: readonly Choice[] = [
  [3, line('-j MARK ', oneOf('--set-mark ', '--or-mark ', '--and-mark ', '--xor-mark '), oneOf(...MARKS))],
  [1, line('-j MARK --set-xmark ', oneOf('0x4000/0x4000', '0x0/0x4000', '0x2/0x3'))],
  [2, line('-j CONNMARK ', oneOf('--set-mark 0x1', '--set-mark 0x10/0xf0', '--save-mark', '--restore-mark', '--restore-mark --nfmask 0xff --ctmask 0xf'))],
];

const REJECTIONS: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['icmp-net-unreachable', 'icmp-host-unreachable', 'icmp-port-unreachable', 'icmp-proto-unreachable', 'icmp-net-prohibited', 'icmp-host-prohibited', 'icmp-admin-prohibited'],
  ipv6: ['icmp6-no-route', 'icmp6-adm-prohibited', 'icmp6-addr-unreachable', 'icmp6-port-unreachable', 'icmp6-policy-fail', 'icmp6-reject-route'],
};

const withPort = (family: Family, address: string, port: string): string => (family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`);

const hasPorts = (protocol: ProtocolName): boolean => protocol === 'udp' || protocol === 'tcp';

const destinationTargets = (family: Family, protocol: ProtocolName): readonly Choice[] => [
  [6, line('-j DNAT --to-destination ', oneOf(...POOLS[family].destinations), oneOf('', '', ' --persistent'))],
  [2, fc.constant('-j REDIRECT')],
  [1, line('-j NETMAP --to ', family === 'ipv4' ? oneOf('10.244.2.0/24', '169.254.20.10/32') : oneOf('fd00:10:244:2::/64'))],
  ...(hasPorts(protocol)
    ? ([
        [6, fc.tuple(oneOf(...POOLS[family].destinations), oneOf('53', '5353', '8080', '53-80')).map(([to, port]) => `-j DNAT --to-destination ${withPort(family, to, port)}`)],
        [1, line('-j DNAT --to-destination :', oneOf('5353', '99'))],
        [3, line('-j REDIRECT --to-ports ', oneOf('5353', '8080', '99', '8080-8090'))],
      ] as const)
    : []),
];

/** Port ranges are wide: which of a few ports chance picks would decide what later packets meet. */
const sourceTargets = (family: Family, protocol: ProtocolName, chain: string): readonly Choice[] => [
  [4, line('-j SNAT --to-source ', oneOf(...POOLS[family].sources), oneOf('', '', ' --persistent'))],
  ...(chain === 'INPUT' ? [] : ([[6, oneOf('-j MASQUERADE', '-j MASQUERADE', '-j MASQUERADE --random')]] as const)),
  [1, line('-j NETMAP --to ', family === 'ipv4' ? oneOf('172.18.0.0/24') : oneOf('fd00:172:18::/64'))],
  ...(hasPorts(protocol)
    ? ([
        [3, fc.tuple(oneOf(...POOLS[family].sources), oneOf('61234', '20000-60000')).map(([to, port]) => `-j SNAT --to-source ${withPort(family, to, port)}`)],
        ...(chain === 'INPUT' ? [] : ([[2, line('-j MASQUERADE --to-ports ', oneOf('61234', '20000-60000'))]] as const)),
      ] as const)
    : []),
];

const natTargets = ({ family, chain }: Place, protocol: ProtocolName): readonly Choice[] =>
  chain === 'PREROUTING' || chain === 'OUTPUT' || chain.startsWith('D')
    ? destinationTargets(family, protocol)
    : sourceTargets(family, protocol, chain);

const tableTargets = (place: Place, protocol: ProtocolName): readonly Choice[] => {
  const { family, table } = place;
  switch (table) {
    case 'raw':
      return [
        [6, oneOf('-j CT --notrack', '-j NOTRACK')],
        [1, line('-j CT ', oneOf('--zone 1', '--zone 2', '--zone-orig 1', '--zone-reply 1', '--zone mark'))],
        ...marks,
        [1, setTarget(family)],
      ];
    case 'mangle':
      return [
        ...marks,
        [1, weighted([2, setTarget(family)], [1, setMapping(family)])],
        ...(place.chain === 'PREROUTING' && hasPorts(protocol) ? ([[2, proxyTarget(family)]] as const) : []),
        [2, line(family === 'ipv4' ? '-j TTL --ttl-' : '-j HL --hl-', oneOf('set 33', 'dec 1', 'inc 5', 'set 1', 'dec 63', 'inc 250'))],
        [1, line('-j TOS ', oneOf('--set-tos 0x10', '--and-tos 0xf0', '--or-tos 0x08', '--set-tos 0x20/0xff'))],
        [1, line('-j DSCP --set-dscp ', oneOf('0x08', '0x2e', '0x00'))],
        ...headerTargets(place, protocol),
        ...seldomTargets,
        ...(protocol === 'tcp' && place.chain !== '' ? ([[1, fc.constant('-m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1200')]] as const) : []),
      ];
    case 'nat':
      return natTargets(place, protocol);
    default:
      return [
        ...marks,
        [1, setTarget(family)],
        [4, line('-j REJECT --reject-with ', oneOf(...REJECTIONS[family]))],
        [1, fc.constant('-j REJECT')],
        ...proxyTargets(place, protocol),
        ...(protocol === 'tcp' ? ([[4, fc.constant('-j REJECT --reject-with tcp-reset')]] as const) : []),
      ];
  }
};

/** Verdicts and jumps are possible everywhere. */
export const target = (place: Place, protocol: ProtocolName, jumps: readonly string[]): fc.Arbitrary<string> =>
  weighted(
    [3, fc.constant('-j ACCEPT')],
    [1, fc.constant('-j RETURN')],
    [1, fc.constant('')],
    // The nat table must not drop (iptables refuses it).
    ...(place.table === 'nat' ? [] : ([[1, fc.constant('-j DROP')]] as const)),
    ...(jumps.length === 0 ? [] : ([[5, line(oneOf('-j ', '-j ', '-g '), oneOf(...jumps))]] as const)),
    [7, weighted(...tableTargets(place, protocol))],
  );
