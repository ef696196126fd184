import * as fc from 'fast-check';
import type { Family } from '../packet/address.ts';
import { CAST, CLIENT_PORTS, everybody, PODS_MAX, SERVER_PORTS } from './cast.ts';
import { line, not, oneOf, weighted } from './words.ts';

/** Where a rule stands, and what it may jump to. */
interface Place {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly jumps: readonly string[];
}

type Protocol = 'udp' | 'tcp' | 'icmp' | '';

/** Every other rule says nothing of a kind, so that packets meet some. */
const perhaps = (...choices: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  choices.length === 0 ? fc.constant('') : weighted([3, fc.constant('')], [2, fc.oneof(...choices)]);

const hasPorts = (protocol: Protocol): boolean => protocol === 'udp' || protocol === 'tcp';

/** What a rule says once its protocol is known: each part shrinks without the others being drawn anew. */
type Wording = (protocol: Protocol) => string;

const said = (text: string): Wording => () => text;

const protocolTest = (family: Family): fc.Arbitrary<Wording> =>
  perhaps(line(not, oneOf('--dport ', '--sport '), oneOf<string | number>(...SERVER_PORTS, ...CLIENT_PORTS, '53:80', '1024:65535'))).map((port) => (protocol) => {
    if (protocol === '') return '';
    if (protocol === 'icmp') return family === 'ipv4' ? '-p icmp' : '-p ipv6-icmp';
    return port === '' ? `-p ${protocol}` : `-p ${protocol} -m ${protocol} ${port}`;
  });

const DEVICES = oneOf('eth0', 'lo', ...Array.from({ length: PODS_MAX }, (_, at) => `pod${at + 1}`), 'pod+');

/** Only packets that come in have a device that they came by; iptables asks so of the built-in chains. */
const deviceTest = (chain: string): fc.Arbitrary<string> =>
  perhaps(
    ...(chain === 'OUTPUT' || chain === 'POSTROUTING' ? [] : [line(not, '-i ', DEVICES)]),
    ...(chain === 'PREROUTING' || chain === 'INPUT' ? [] : [line(not, '-o ', DEVICES)]),
  ).map((text) => (chain.length > 2 ? text : ''));

const addressTest = (family: Family): fc.Arbitrary<string> => perhaps(line(not, oneOf('-d ', '-s '), oneOf(...everybody(family), ...CAST[family].networks)));

const MARKS = oneOf('0x1', '0x4000/0x4000');

const stateTest: fc.Arbitrary<string> = perhaps(
  line('-m conntrack ', not, '--ctstate ', oneOf('NEW', 'RELATED,ESTABLISHED', 'INVALID', 'UNTRACKED')),
  line('-m mark ', not, '--mark ', MARKS),
  line('-m addrtype ', not, '--dst-type LOCAL'),
  line('-m statistic --mode nth --every 2 --packet ', oneOf(0, 1)),
);

/** An address, and for protocols that have them a port behind it. */
const translation = (option: string, family: Family, to: readonly string[], port: string): fc.Arbitrary<Wording> =>
  fc.tuple(oneOf(...to), oneOf('', port)).map(([address, behind]) => (protocol) => {
    if (behind === '' || !hasPorts(protocol)) return `${option} ${address}`;
    return `${option} ${family === 'ipv6' ? `[${address}]` : address}:${behind}`;
  });

/** What only some tables and chains know. */
const ownTargets = ({ family, table, chain }: Place): readonly fc.Arbitrary<Wording>[] => {
  const { node, pods, remotePods, outside } = CAST[family];
  switch (table) {
    case 'raw':
      return [fc.constant(said('-j NOTRACK'))];
    case 'mangle':
      return [line('-j MARK --set-xmark ', MARKS).map(said)];
    case 'nat':
      return chain === 'PREROUTING' || chain === 'OUTPUT' || chain.startsWith('D')
        ? [translation('-j DNAT --to-destination', family, [...remotePods, ...pods], '53'), fc.constant(said('-j REDIRECT'))]
        : [
            translation('-j SNAT --to-source', family, [node, outside], '20000-60000'),
            ...(chain === 'INPUT' ? [] : [fc.constant(said('-j MASQUERADE'))]),
          ];
    default:
      return [fc.constant(said('-j REJECT')), fc.constant((protocol) => (protocol === 'tcp' ? '-j REJECT --reject-with tcp-reset' : '-j REJECT'))];
  }
};

/** The nat table must not drop: iptables refuses it. */
const target = (place: Place): fc.Arbitrary<Wording> =>
  weighted(
    [3, fc.constant(said('-j ACCEPT'))],
    ...(place.table === 'nat' ? [] : ([[2, fc.constant(said('-j DROP'))]] as const)),
    [1, fc.constant(said('-j RETURN'))],
    ...(place.jumps.length === 0 ? [] : ([[3, line(oneOf('-j ', '-g '), oneOf(...place.jumps)).map(said)]] as const)),
    [5, fc.oneof(...ownTargets(place))],
  );

const protocols = weighted<Protocol>([3, fc.constant('')], [4, fc.constant('udp')], [3, fc.constant('tcp')], [1, fc.constant('icmp')]);

/** A rule for its place, without `-A CHAIN`: one that `iptables` takes there. A counterexample loses its tests one by one. */
export const ruleAt = (place: Place): fc.Arbitrary<string> =>
  fc
    .tuple(protocols, deviceTest(place.chain).map(said), addressTest(place.family).map(said), protocolTest(place.family), stateTest.map(said), target(place))
    .map(([protocol, ...parts]) =>
      parts
        .map((part) => part(protocol))
        .filter((word) => word !== '')
        .join(' '),
    );
