import * as fc from 'fast-check';
import { line, not, oneOf, weighted } from '../../../src/arbitraries/words.ts';
import type { Family } from '../../../src/packet/address.ts';
import { ownerMatch } from './owners.ts';
import { physdev } from './physdev.ts';
import { CLIENT_PORTS, MARKS, POOLS, PORTS } from './pools.ts';
import type { Place, ProtocolName } from './place.ts';
import { socketMatch } from './proxies.ts';
import { seldomMatches, seldomOfProtocol } from './seldom-matches.ts';
import { setMatch } from './sets.ts';

/**
 * Conditions of rules. Left out: those that chance or the processor decides (`statistic --mode random`, `cpu`), those
 * on what no case has (`policy`), `string`, which has a test of its own, and one that hangs on what the model does not
 * see: `connlimit` looks for connections that are over once in a tick of the kernel's clock.
 */

const anyPort = oneOf<number | string>(...PORTS, ...CLIENT_PORTS, '53:80', '1024:65535');
const portList = oneOf('53,80', '53,5353', '40000:40005,53', '99,443,8080');

const PROTOCOL_MATCHES: Readonly<Record<ProtocolName, (family: Family) => readonly fc.Arbitrary<string>[]>> = {
  udp: () => [
    line('-m udp ', not, '--dport ', anyPort),
    line('-m udp ', not, '--sport ', anyPort),
    line('-m multiport ', not, oneOf('--dports ', '--sports ', '--ports '), portList),
  ],
  tcp: () => [
    line('-m tcp ', not, '--dport ', anyPort),
    line('-m tcp ', not, '--sport ', anyPort),
    line('-m tcp ', not, '--tcp-flags ', oneOf('FIN,SYN,RST,ACK SYN', 'SYN,ACK SYN,ACK', 'RST RST', 'FIN,ACK FIN,ACK')),
    line('-m multiport ', not, oneOf('--dports ', '--sports ', '--ports '), portList),
    line('-m ecn ', not, oneOf('--ecn-tcp-ece', '--ecn-tcp-cwr')),
    line('-m tcpmss ', not, '--mss ', oneOf('1460', '500:1400')),
  ],
  icmp: (family) =>
    family === 'ipv4'
      ? [line('-m icmp ', not, '--icmp-type ', oneOf('8', '0', '3', '3/3', '11', 'any'))]
      : [line('-m icmp6 ', not, '--icmpv6-type ', oneOf('128', '129', '1', '1/4', '3'))],
  any: () => [],
  other: () => [],
};

const protocolOption = (family: Family): Readonly<Record<ProtocolName, string>> => ({
  udp: '-p udp',
  tcp: '-p tcp',
  icmp: family === 'ipv4' ? '-p icmp' : '-p ipv6-icmp',
  other: '-p 50',
  any: '',
});

const mark = line('-m mark ', not, '--mark ', oneOf(...MARKS, '0x0', '0x4000/0x4000', '0x2/0x3'));
const connmark = line('-m connmark ', not, '--mark ', oneOf(...MARKS, '0x0', '0x10/0xf0'));

const conntrack = (family: Family): fc.Arbitrary<string> => {
  const address = oneOf(...POOLS[family].usual, ...POOLS[family].networks);
  return fc.oneof(
    line('-m conntrack ', not, '--ctstate ', oneOf('NEW', 'ESTABLISHED', 'RELATED,ESTABLISHED', 'INVALID', 'UNTRACKED', 'NEW,UNTRACKED', 'DNAT', 'SNAT', 'INVALID,NEW')),
    line('-m conntrack ', '--ctdir ', oneOf('ORIGINAL', 'REPLY')),
    line('-m conntrack ', not, '--ctstatus ', oneOf('SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'NONE', 'SEEN_REPLY,ASSURED')),
    line('-m conntrack ', not, oneOf('--ctorigsrc ', '--ctorigdst ', '--ctreplsrc ', '--ctrepldst '), address),
    line('-m conntrack ', not, oneOf('--ctorigsrcport ', '--ctorigdstport ', '--ctreplsrcport ', '--ctrepldstport '), anyPort),
    line('-m conntrack ', not, '--ctproto ', oneOf('udp', 'tcp')),
    line('-m conntrack --ctstate ', oneOf('NEW', 'ESTABLISHED'), ' ', not, '--ctorigdst ', address),
    line('-m state ', not, '--state ', oneOf('NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED')),
  );
};

const addrtype = (family: Family, limit: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  const types =
    family === 'ipv4'
      ? oneOf('LOCAL', 'UNICAST', 'BROADCAST', 'MULTICAST', 'LOCAL,BROADCAST', 'UNREACHABLE', 'PROHIBIT', 'BLACKHOLE', 'THROW', 'ANYCAST', 'UNSPEC')
      : oneOf('LOCAL', 'UNICAST', 'MULTICAST', 'UNICAST,LOCAL', 'UNREACHABLE', 'ANYCAST', 'LOCAL,UNREACHABLE');
  return line('-m addrtype ', not, oneOf('--src-type ', '--dst-type '), types, limit);
};

const LIMITS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  PREROUTING: oneOf('', '', ' --limit-iface-in'),
  INPUT: oneOf('', '', ' --limit-iface-in'),
  FORWARD: oneOf('', '', ' --limit-iface-in', ' --limit-iface-out'),
  OUTPUT: oneOf('', '', ' --limit-iface-out'),
  POSTROUTING: oneOf('', '', ' --limit-iface-out'),
};

const generalMatches = ({ family, table, chain }: Place): readonly (readonly [number, fc.Arbitrary<string>])[] => [
  [4, mark],
  [2, connmark],
  [6, conntrack(family)],
  [4, addrtype(family, LIMITS[chain] ?? fc.constant(''))],
  [1, setMatch(family)],
  [2, line('-m statistic --mode nth ', not, oneOf('--every 2 --packet 0', '--every 2 --packet 1', '--every 3 --packet 2'))],
  [1, line('-m dscp ', not, '--dscp ', oneOf('0x08', '0x00', '0x2e'))],
  [1, line('-m tos ', not, '--tos ', oneOf('0x10/0x3f', '0x20', '0x00/0xff'))],
  [2, family === 'ipv4' ? line('-m ttl ', oneOf('--ttl-gt 63', '--ttl-lt 63', '--ttl-eq 64', '! --ttl-eq 63')) : line('-m hl ', oneOf('--hl-gt 63', '--hl-lt 63', '--hl-eq 64', '! --hl-eq 63'))],
  [1, family === 'ipv4' ? line(not, '-f') : line('-m frag ', oneOf('--fragfirst', '--fragid 0:4294967295'))],
  [2, line('-m length ', not, '--length ', oneOf('32', '52', '40:60', '61:120'))],
  [1, line('-m iprange ', not, oneOf('--src-range ', '--dst-range '), oneOf(...POOLS[family].ranges))],
  [1, line('-m limit --limit 1/hour --limit-burst ', oneOf(1, 2, 3))],
  [1, line('-m quota ', not, '--quota ', oneOf(60, 100, 1000))],
  [1, line('-m pkttype ', not, '--pkt-type ', oneOf('unicast', 'broadcast', 'multicast'))],
  [1, line('-m ecn ', not, oneOf('--ecn-ip-ect 0', '--ecn-ip-ect 2'))],
  ...seldomMatches({ family, table, chain }),
  [1, physdev(chain)],
  [1, line('-m comment --comment ', oneOf('note', '"with spaces"'))],
  ...(chain === 'OUTPUT' || chain === 'POSTROUTING' ? [[2, ownerMatch] as const] : []),
  ...(chain === 'PREROUTING' && (table === 'raw' || table === 'mangle')
    ? [[3, line('-m rpfilter', oneOf('', ' --loose', ' --invert', ' --validmark', ' --accept-local'))] as const]
    : []),
  ...(chain === 'PREROUTING' || chain === 'INPUT' ? [[1, socketMatch] as const, [1, line('-m mac ', not, '--mac-source ', oneOf('02:00:00:00:01:01', '02:00:00:00:01:03'))] as const] : []),
];

const baseMatches = ({ family, chain }: Place): readonly fc.Arbitrary<string>[] => {
  const address = oneOf(...POOLS[family].usual, ...POOLS[family].networks);
  const device = oneOf('vpod1', 'vpod2', 'eth0', 'lo', 'br0', 'vpod+');
  return [
    line(not, '-s ', address),
    line(not, '-d ', weighted([6, address], [1, oneOf(...POOLS[family].groups)])),
    ...(chain === 'OUTPUT' || chain === 'POSTROUTING' ? [] : [line(not, '-i ', device)]),
    ...(chain === 'PREROUTING' || chain === 'INPUT' ? [] : [line(not, '-o ', device)]),
  ];
};

/** A protocol, and conditions that go with it. */
export const conditions = (place: Place): fc.Arbitrary<{ readonly protocol: ProtocolName; readonly text: readonly string[] }> =>
  weighted<ProtocolName>([4, fc.constant('any')], [4, fc.constant('udp')], [3, fc.constant('tcp')], [1, fc.constant('icmp')], [1, fc.constant('other')]).chain(
    (protocol) => {
      const special = [...PROTOCOL_MATCHES[protocol](place.family), ...seldomOfProtocol(protocol, place)];
      return fc
        .tuple(
          fc.uniqueArray(fc.oneof(...baseMatches(place)), { maxLength: 2, selector: (text) => /-[sdio] /.exec(text)?.[0] }),
          fc.array(fc.oneof(...(special.length === 0 ? [fc.constant('-m comment --comment none')] : special)), { maxLength: 1 }),
          // `-f` may stand once.
          fc.uniqueArray(weighted(...generalMatches(place)), { maxLength: 2, selector: (text) => text.replace('! ', '') }),
        )
        .map(([base, own, general]) => ({
          protocol,
          text: [...base, protocolOption(place.family)[protocol], ...own, ...general].filter((word) => word !== ''),
        }));
    },
  );
