import * as fc from 'fast-check';
import { line, oneOf, weighted } from '../../../../src/arbitraries/words.ts';
import type { Family } from '../../../../src/packet/address.ts';
import { CLIENT_PORTS, MARKS, POOLS, PORTS } from '../pools.ts';
import type { Choice } from '../pools.ts';
import type { NftPlace, NftProtocol } from './place.ts';
import { WORD } from './sets.ts';

/**
 * What rules of nftables test. Left out: chance (`numgen random`), the clock, and what the model asks about
 * (`ct id`, `rt nexthop`, `meta priority`, …).
 */

const not = oneOf('', '', '', '!= ');

const anyPort = oneOf<number | string>(...PORTS, ...CLIENT_PORTS, '53-80', '1024-65535', '@ports', '{ 53, 80-99 }', '{ 40000-40005, 443 }');

const address = (family: Family): fc.Arbitrary<string> => {
  const { usual, networks, ranges } = POOLS[family];
  return oneOf(...usual, ...networks, ...ranges, '@hosts', '@networks', `{ ${usual[0]}, ${networks[2]} }`, `{ ${ranges[0]}, ${usual[5]} }`);
};

const ported = (of: 'udp' | 'tcp', family: Family): readonly fc.Arbitrary<string>[] => [
  line(of, oneOf(' dport ', ' dport ', ' sport '), not, anyPort),
  line(WORD[family], oneOf(' saddr . ', ' daddr . '), of, oneOf(' dport ', ' sport '), not, oneOf('@ends', '@areas', `{ ${POOLS[family].usual[0]} . 53, ${POOLS[family].usual[1]} . 80 }`)),
];

const OWN: Readonly<Record<NftProtocol, (family: Family) => readonly fc.Arbitrary<string>[]>> = {
  udp: (family) => [...ported('udp', family), line('udp length ', oneOf('12', '!= 12', '8-20', '!= 8-20', '> 12'))],
  tcp: (family) => [
    ...ported('tcp', family),
    line('tcp flags ', oneOf('syn', '! syn', 'syn,ack', '== syn', '!= syn', '& (fin | syn | rst | ack) == syn', '& (syn | ack) != 0', '& ack != ack', 'fin,rst / fin,rst')),
    line('tcp option maxseg ', oneOf('exists', 'missing', 'size 1460', 'size < 1000', 'size != 536')),
    line('tcp ', oneOf('window 8192', 'window < 100', 'sequence 1000', 'ackseq != 0', 'doff 5', 'doff > 5')),
  ],
  icmp: (family) =>
    family === 'ipv4'
      ? [line('icmp type ', not, oneOf('echo-request', 'echo-reply', 'destination-unreachable', '{ echo-request, time-exceeded }')), line('icmp code ', not, oneOf('0', '1-3'))]
      : [line('icmpv6 type ', not, oneOf('echo-request', 'echo-reply', 'destination-unreachable', '{ echo-request, time-exceeded }')), line('icmpv6 code ', not, oneOf('0', '1-4'))],
  other: (family) => [family === 'ipv4' ? line('ip protocol ', not, '50') : line('ip6 nexthdr ', not, '50')],
  any: () => [
    line('meta l4proto { tcp, udp } th ', oneOf('dport ', 'sport '), not, anyPort),
    line('meta l4proto ', not, oneOf('udp', 'tcp', '{ tcp, udp }', 'icmp', '50')),
    line('meta l4proto ', oneOf('udp', 'tcp'), ' ct ', oneOf('original', 'reply'), oneOf(' proto-dst ', ' proto-src '), not, anyPort),
  ],
};

const LAYER4: Readonly<Record<NftProtocol, string>> = { udp: 'meta l4proto udp', tcp: 'meta l4proto tcp', icmp: '', other: 'meta l4proto 50', any: '' };

const ofFamily = (family: Family): readonly Choice[] => {
  const word = WORD[family];
  const [first = '', second = ''] = POOLS[family].usual;
  return [
    [6, line(word, oneOf(' saddr ', ' daddr '), not, address(family))],
    [1, line(word, ' saddr . ', word, ' daddr ', not, `{ ${first} . ${second}, ${second} . ${first} }`)],
    [1, line(word, oneOf(' saddr ', ' daddr '), family === 'ipv4' ? '& 255.255.0.255 == 10.244.0.5' : '& ffff:ffff:: == fd00:10::')],
    [1, line(word, ' dscp ', oneOf('cs1', '!= cs1', 'ef', '{ cs0, cs4 }', '!= { cs0, cs4 }', '> 8'))],
    [1, line(word, ' ecn ', not, oneOf('ect1', 'ect0', 'ce', 'not-ect'))],
    [1, line(word, family === 'ipv4' ? ' ttl ' : ' hoplimit ', oneOf('64', '!= 63', '> 63', '< 63', '{ 1, 63 }', '2-63'))],
    [1, line(word, ' length ', oneOf('32', '!= 52', '40-60', '!= 40-60', '> 60'))],
    [1, family === 'ipv4' ? line('ip ', oneOf('frag-off & 0x1fff == 0', 'frag-off & 0x2000 != 0', 'version 4', 'hdrlength 5')) : line('exthdr frag ', oneOf('exists', 'missing'))],
    [1, line(`jhash ${word} saddr`, oneOf('', ` . ${word} daddr`), ' mod ', oneOf('2 seed 0x1 == 0', '3 seed 0xbeef != 0', '4 seed 0x7 offset 10 > 11'))],
    [2, line('ct ', oneOf('original ', 'reply '), word, oneOf(' saddr ', ' daddr '), not, address(family))],
  ];
};

const CONNECTION: readonly Choice[] = [
  [6, line('ct state ', oneOf('new', 'established', 'established,related', 'invalid', 'untracked', '!= established', '{ new, untracked }', '!= new,invalid'))],
  [2, line('ct status ', oneOf('seen-reply', 'assured', 'confirmed', 'snat', 'dnat', '!= dnat', 'snat,dnat', '& (snat | dnat) != 0'))],
  [2, line('ct mark ', oneOf('0x1', '!= 0x0', '& 0xf0 == 0x10', '{ 0x0, 0x1 }', '> 0x1'))],
  [1, line('ct direction ', oneOf('original', 'reply'))],
  [1, line('ct ', oneOf('', 'original ', 'reply '), oneOf('packets > 1', 'packets 1-3', 'bytes > 100', 'bytes 0', 'avgpkt < 50', 'avgpkt != 52'))],
  [1, line('ct ', oneOf('zone 0', 'zone != 1', 'original protocol != tcp'))],
];

const META: readonly Choice[] = [
  [4, line('meta mark ', oneOf(...MARKS, '0x0', '!= 0x0', '& 0x4000 == 0x4000', '{ 0x1, 0x2, 0x10-0x20 }', '0x1-0x10', '> 0x1'))],
  [1, line('meta length ', oneOf('32', '!= 32', '40-60', '!= 40-60', '> 60'))],
  [1, line('meta ', oneOf('skuid ', 'skgid '), not, oneOf('0', '7', '0-10'))],
  [1, line('meta pkttype ', not, oneOf('unicast', 'broadcast', 'multicast'))],
];

const device = oneOf('"vpod1"', '"vpod2"', '"eth0"', '"lo"', '"br0"', '"vpod*"', '{ "vpod1", "eth0" }');

const devices: readonly Choice[] = [
  [4, line(oneOf('iifname ', 'oifname '), not, device)],
  [1, line(oneOf('iifgroup ', 'oifgroup '), not, '0')],
  [1, line(oneOf('iif ', 'oif '), not, oneOf('"eth0"', '"vpod1"', '{ "lo", "vpod2" }'))],
];

const STATEFUL: readonly Choice[] = [
  [1, line('limit rate ', oneOf('', 'over '), oneOf('1/hour burst 1 packets', '1/hour burst 2 packets', '100 bytes/hour burst 60 bytes'))],
  [1, line('quota ', oneOf('', 'over '), oneOf('60', '100', '1000'), ' bytes')],
  [1, oneOf('limit name "slow"', 'quota name "much"', 'counter name "total"')],
  [1, line('numgen inc mod ', oneOf('2 == 0', '2 != 0', '3 > 0', '3 offset 5 == 6'))],
];

/** Which way routing would take; the hooks say what of it a rule may ask. */
const fib = ({ hook }: NftPlace): readonly Choice[] => {
  const types = oneOf('local', 'unicast', '!= local', '{ local, unicast }', 'multicast', 'unreachable');
  const bySide = hook === 'prerouting' || hook === 'input' || hook === 'forward' ? ' . iif' : hook === undefined ? '' : ' . oif';
  return [
    [3, line('fib ', oneOf('daddr', 'saddr'), oneOf('', bySide), ' type ', types)],
    ...(hook === 'prerouting' || hook === 'input' || hook === 'forward' ? [[2, line('fib saddr . ', oneOf('', 'mark . '), 'iif oif ', oneOf('exists', 'missing'))] as const] : []),
  ];
};

/** In a table of one family nft refuses them as of no use. */
const families = ({ family, table }: NftPlace): readonly Choice[] =>
  table === 'inet' ? [[1, oneOf(`meta nfproto ${family}`, `meta protocol ${WORD[family]}`)]] : [];

/** A protocol, and tests that go with it. */
export const tests = (place: NftPlace): fc.Arbitrary<{ readonly protocol: NftProtocol; readonly text: readonly string[] }> =>
  weighted<NftProtocol>([8, fc.constant('any')], [4, fc.constant('udp')], [3, fc.constant('tcp')], [1, fc.constant('icmp')], [1, fc.constant('other')]).chain((protocol) => {
    const { family } = place;
    const general = weighted(
      [9, weighted(...ofFamily(family))],
      [6, weighted(...CONNECTION)],
      [5, weighted(...META, ...families(place))],
      [4, weighted(...devices)],
      [2, weighted(...STATEFUL)],
      [2, weighted(...fib(place))],
    );
    return fc.tuple(fc.array(fc.oneof(...OWN[protocol](family)), { maxLength: 1 }), fc.oneof(fc.constant([]), fc.array(general, { minLength: 1, maxLength: 1 }), fc.array(general, { maxLength: 2 }))).map(([own, more]) => ({
      protocol,
      text: [LAYER4[protocol], ...own, ...more].filter((word) => word !== ''),
    }));
  });
