import * as fc from 'fast-check';
import { line, oneOf } from '../../../src/arbitraries/words.ts';
import type { Place, ProtocolName } from './place.ts';
import type { Choice } from './pools.ts';

/* Targets that few rule sets have. */

const SELDOM = 1;

/** For addresses that have the prefix: of others no checksum would be right any more. */
const prefixTarget = (name: string, range: string): fc.Arbitrary<string> =>
  oneOf(
    ['fd00:10:244:1::-fd00:10:244:1:ffff:ffff:ffff:ffff', 'fd00:10:244:1::/64', 'fd00:10:244:2::/64'],
    ['fd00:10:244:2::-fd00:10:244:2:ffff:ffff:ffff:ffff', 'fd00:10:244:2::/64', 'fd00:10:244:1::/64'],
    ['fd00:10:244::-fd00:10:244:ffff:ffff:ffff:ffff:ffff', 'fd00:10:244::/48', 'fd00:10:96::/48'],
    ['fd00:172:18::-fd00:172:18:0:ffff:ffff:ffff:ffff', 'fd00:172:18::/64', 'fd00:10::/32'],
  ).map(([addresses, from, to]) => `-m iprange --${range}-range ${addresses} -j ${name} --src-pfx ${from} --dst-pfx ${to}`);

const everywhere = line(
  '-j HMARK --hmark-tuple ',
  oneOf('src,dst', 'src,dst,sport,dport,proto', 'ct,src,dst,sport,dport', 'dport'),
  ' --hmark-mod ',
  oneOf(4, 16),
  ' --hmark-rnd ',
  oneOf('0x1', '0xcafe'),
  oneOf('', ' --hmark-offset 1'),
);

export const seldomTargets: readonly Choice[] = [[SELDOM, everywhere]];

/** What mangle does to headers without remembering it. */
export const headerTargets = ({ family, chain }: Place, protocol: ProtocolName): readonly Choice[] => [
  ...(protocol === 'tcp' ? ([[SELDOM, line('-j TCPOPTSTRIP --strip-options ', oneOf('mss', 'wscale,timestamp', '2,3,4'))]] as const) : []),
  ...(protocol === 'tcp' && family === 'ipv4' ? ([[SELDOM, fc.constant('-j ECN --ecn-tcp-remove')]] as const) : []),
  ...(family === 'ipv6' && (chain === 'PREROUTING' || chain === 'OUTPUT') ? ([[SELDOM, prefixTarget('DNPT', 'dst')]] as const) : []),
  ...(family === 'ipv6' && (chain === 'INPUT' || chain === 'POSTROUTING') ? ([[SELDOM, prefixTarget('SNPT', 'src')]] as const) : []),
];


/** Seldom for more than opens: whether an ACK fits a cookie nobody knows. */
export const proxyTargets = ({ chain }: Place, protocol: ProtocolName): readonly Choice[] =>
  protocol === 'tcp' && (chain === 'INPUT' || chain === 'FORWARD')
    ? [[SELDOM, line(oneOf('-m tcp --syn ', '-m tcp --syn ', '-m tcp ! --tcp-flags SYN,ACK ACK '), '-j SYNPROXY', oneOf('', ' --mss 1400', ' --mss 1460 --wscale 7 --sack-perm --timestamp --ecn'))]]
    : [];
