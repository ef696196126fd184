import * as fc from 'fast-check';
import { line, oneOf, weighted } from '../../../../src/arbitraries/words.ts';
import type { Family } from '../../../../src/packet/address.ts';
import { MARKS, POOLS } from '../pools.ts';
import type { Choice } from '../pools.ts';
import type { NftPlace, NftProtocol } from './place.ts';
import { WORD } from './sets.ts';
import { translations } from './translations.ts';

/** What rules of nftables do. Left out: what needs a program on the other side (`queue`, `tproxy`) or only talks (`log`). */

const marks = (family: Family): readonly Choice[] => [
  [4, line('meta mark set ', oneOf(...MARKS, 'meta mark | 0x10', 'meta mark & 0xffff0000', 'meta mark ^ 0x3', 'meta mark & 0xfff0 | 0x1', 'ct mark', 'numgen inc mod 3', 'meta mark << 1'))],
  [1, line('meta mark set ', WORD[family], oneOf(' saddr', ' daddr'), ' map ', oneOf('@marks', `{ ${POOLS[family].usual[0]} : 0x1, ${POOLS[family].networks[2]} : 0x2 }`))],
  [3, line('ct mark set ', oneOf('0x1', '0x10', 'meta mark', 'ct mark | 0x2', 'meta mark & 0xff'))],
];

const REJECTIONS: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['net-unreachable', 'host-unreachable', 'prot-unreachable', 'port-unreachable', 'net-prohibited', 'host-prohibited', 'admin-prohibited'],
  ipv6: ['no-route', 'admin-prohibited', 'addr-unreachable', 'port-unreachable', 'policy-fail', 'reject-route'],
};

const rejections = ({ family, table }: NftPlace, protocol: NftProtocol): readonly Choice[] => [
  [3, line('reject with ', family === 'ipv4' ? 'icmp ' : 'icmpv6 ', oneOf(...REJECTIONS[family]))],
  ...(table === 'inet' ? ([[2, line('reject with icmpx ', oneOf('port-unreachable', 'admin-prohibited', 'no-route', 'host-unreachable'))]] as const) : []),
  [1, fc.constant('reject')],
  ...(protocol === 'tcp' ? ([[4, fc.constant('reject with tcp reset')]] as const) : []),
];

const mangling = ({ family, hook }: NftPlace, protocol: NftProtocol): readonly Choice[] => [
  [2, line(WORD[family], ' dscp set ', oneOf('cs1', 'cs0', 'ef'))],
  [1, line(WORD[family], ' ecn set ', oneOf('ce', 'ect0', 'not-ect'))],
  [2, line(WORD[family], family === 'ipv4' ? ' ttl set ' : ' hoplimit set ', oneOf('33', '1', '255'))],
  ...(protocol === 'tcp' ? ([[2, line('tcp option maxseg size set ', oneOf('1200', '500', hook === 'forward' || hook === 'output' || hook === 'postrouting' ? 'rt mtu' : '900'))]] as const) : []),
];

const hasPorts = (protocol: NftProtocol): protocol is 'udp' | 'tcp' => protocol === 'udp' || protocol === 'tcp';

/** Rules that fill sets. */
const learning = (family: Family, protocol: NftProtocol): readonly Choice[] => {
  const ends = line(WORD[family], oneOf(' saddr', ' daddr'));
  const limited = oneOf('', '', '', ' timeout 30s', ' limit rate 1/hour burst 1 packets');
  return [
    [3, fc.tuple(oneOf('add', 'add', 'update'), oneOf('seen', 'brief'), ends, limited).map(([how, set, key, more]) => `${how} @${set} { ${key}${more} }`)],
    [1, line('delete @', oneOf('seen', 'brief'), ' { ', ends, ' }')],
    ...(hasPorts(protocol) ? ([[2, line(oneOf('add', 'update'), ' @few { ', ends, ` . ${protocol} dport }`)]] as const) : []),
  ];
};

/** Tests of what those have learnt. */
const learnt = (family: Family, protocol: NftProtocol): fc.Arbitrary<string> =>
  hasPorts(protocol)
    ? line(WORD[family], oneOf(' saddr ', ' daddr '), oneOf('', '!= '), oneOf('@seen', '@brief'))
    : line(WORD[family], ' saddr ', oneOf('', '!= '), oneOf('@seen', '@brief'));

const verdictMaps = ({ family, jumps }: NftPlace, protocol: NftProtocol): readonly Choice[] => {
  const [to] = jumps;
  if (to === undefined) return [];
  return [
    [2, line('ct state vmap { new : ', oneOf('jump ', 'goto '), to, ', established : ', oneOf('accept', 'return', 'continue'), ', invalid : jump ', to, ' }')],
    [1, line('numgen inc mod 2 vmap { 0 : ', oneOf('jump ', 'goto '), to, ', 1 : ', oneOf('accept', 'return'), ' }')],
    [1, line(`jhash ${WORD[family]} saddr mod 2 seed `, oneOf('0x1', '0xcafe'), ' vmap { 0 : jump ', to, ', 1 : ', oneOf('accept', 'return'), ' }')],
    [1, line('meta mark vmap { 0x0 : jump ', to, ', 0x1-0x10 : ', oneOf('accept', 'return'), ' }')],
    ...(hasPorts(protocol)
      ? ([
          [2, line(`${protocol} dport vmap { 53 : jump ${to}, 80-443 : `, oneOf('accept', 'return'), oneOf('', ', * : return'), ' }')],
          ...(to.startsWith('F') ? ([[2, fc.constant(`${protocol} dport vmap @verdicts`)]] as const) : []),
        ] as const)
      : []),
  ];
};

const others = (place: NftPlace, protocol: NftProtocol): readonly Choice[] => {
  const { family, type, hook, rejects } = place;
  return [
    [4, weighted(...marks(family))],
    [2, weighted(...mangling(place, protocol))],
    [2, weighted(...learning(family, protocol))],
    [1, learnt(family, protocol)],
    ...(type === 'filter' && (hook === 'prerouting' || hook === 'output') ? ([[2, fc.constant('notrack')]] as const) : []),
    ...(rejects ? ([[3, weighted(...rejections(place, protocol))]] as const) : []),
  ];
};

/** Verdicts and jumps are possible everywhere. */
export const statement = (place: NftPlace, protocol: NftProtocol): fc.Arbitrary<string> =>
  weighted(
    [3, fc.constant('accept')],
    [1, oneOf('return', 'continue', '')],
    [1, fc.constant('drop')],
    ...(place.jumps.length === 0 ? [] : ([[4, line(oneOf('jump ', 'jump ', 'goto '), oneOf(...place.jumps))]] as const)),
    ...verdictMaps(place, protocol),
    [7, place.type === 'nat' ? weighted([5, weighted(...translations(place, protocol))], [1, weighted(...marks(place.family))]) : weighted(...others(place, protocol))],
  );
