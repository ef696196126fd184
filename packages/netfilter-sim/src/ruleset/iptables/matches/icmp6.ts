import { PROTOCOL } from '../../../packet/protocol.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { requireOption } from '../extension/option-values.ts';
import { ALL_CODES, describeIcmpTest, holdsIcmpTest, printIcmpTest, readIcmpTest } from './icmp-types.ts';
import type { IcmpName, IcmpTest } from './icmp-types.ts';

/** Type and code of an ICMPv6 message (net/ipv6/netfilter/ip6_tables.c, icmp6_match). */
export interface Icmp6Match extends IcmpTest {
  readonly kind: 'icmp6';
}

const whole = (name: string, type: number): IcmpName => ({ name, type, codes: ALL_CODES });
const one = (name: string, type: number, code: number): IcmpName => ({ name, type, codes: { min: code, max: code } });

/** Names of libxt_icmp.h, iptables 1.8.9. */
const NAMES: readonly IcmpName[] = [
  whole('destination-unreachable', 1),
  one('no-route', 1, 0),
  one('communication-prohibited', 1, 1),
  one('beyond-scope', 1, 2),
  one('address-unreachable', 1, 3),
  one('port-unreachable', 1, 4),
  one('failed-policy', 1, 5),
  one('reject-route', 1, 6),
  whole('packet-too-big', 2),
  whole('time-exceeded', 3),
  whole('ttl-exceeded', 3),
  one('ttl-zero-during-transit', 3, 0),
  one('ttl-zero-during-reassembly', 3, 1),
  whole('parameter-problem', 4),
  one('bad-header', 4, 0),
  one('unknown-header-type', 4, 1),
  one('unknown-option', 4, 2),
  whole('echo-request', 128),
  whole('ping', 128),
  whole('echo-reply', 129),
  whole('pong', 129),
  whole('router-solicitation', 133),
  whole('router-advertisement', 134),
  whole('neighbour-solicitation', 135),
  whole('neighbor-solicitation', 135),
  whole('neighbour-advertisement', 136),
  whole('neighbor-advertisement', 136),
  whole('redirect', 137),
];

export const icmp6: MatchModule<'icmp6', Icmp6Match> = {
  name: 'icmp6',
  family: 'ipv6',
  loadedBy: PROTOCOL.icmpv6,
  steady: 'always',
  options: { '--icmpv6-type': { values: 1, invertible: true } },
  placement: () => ({ protocols: [PROTOCOL.icmpv6] }),

  parse: (options, scope) => ({
    kind: 'icmp6',
    ...readIcmpTest(requireOption(options, '--icmpv6-type', scope, 'TYPE'), NAMES),
  }),

  print: (match) => printIcmpTest('--icmpv6-type', match),
  evaluate: (match, { packet }) =>
    answer(packet.kind === 'icmpv6' && packet.fragment !== 'later' && holdsIcmpTest(match, packet)),
  describe: (match) => describeIcmpTest(match, NAMES),
};
