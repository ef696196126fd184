import { PROTOCOL } from '../../../packet/protocol.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { requireOption } from '../extension/option-values.ts';
import { ALL_CODES, describeIcmpTest, holdsIcmpTest, printIcmpTest, readIcmpTest } from './icmp-types.ts';
import type { IcmpName, IcmpTest } from './icmp-types.ts';

/** Type and code of an ICMP message (net/ipv4/netfilter/ip_tables.c, icmp_match). */
export interface IcmpMatch extends IcmpTest {
  readonly kind: 'icmp';
}

const whole = (name: string, type: number): IcmpName => ({ name, type, codes: ALL_CODES });
const one = (name: string, type: number, code: number): IcmpName => ({ name, type, codes: { min: code, max: code } });

/** Names of libxt_icmp.h, iptables 1.8.9. */
const NAMES: readonly IcmpName[] = [
  { name: 'any', type: 'any', codes: ALL_CODES },
  whole('echo-reply', 0),
  whole('pong', 0),
  whole('destination-unreachable', 3),
  one('network-unreachable', 3, 0),
  one('host-unreachable', 3, 1),
  one('protocol-unreachable', 3, 2),
  one('port-unreachable', 3, 3),
  one('fragmentation-needed', 3, 4),
  one('source-route-failed', 3, 5),
  one('network-unknown', 3, 6),
  one('host-unknown', 3, 7),
  one('network-prohibited', 3, 9),
  one('host-prohibited', 3, 10),
  one('tos-network-unreachable', 3, 11),
  one('tos-host-unreachable', 3, 12),
  one('communication-prohibited', 3, 13),
  one('host-precedence-violation', 3, 14),
  one('precedence-cutoff', 3, 15),
  whole('source-quench', 4),
  whole('redirect', 5),
  one('network-redirect', 5, 0),
  one('host-redirect', 5, 1),
  one('tos-network-redirect', 5, 2),
  one('tos-host-redirect', 5, 3),
  whole('echo-request', 8),
  whole('ping', 8),
  whole('router-advertisement', 9),
  whole('router-solicitation', 10),
  whole('time-exceeded', 11),
  whole('ttl-exceeded', 11),
  one('ttl-zero-during-transit', 11, 0),
  one('ttl-zero-during-reassembly', 11, 1),
  whole('parameter-problem', 12),
  one('ip-header-bad', 12, 0),
  one('required-option-missing', 12, 1),
  whole('timestamp-request', 13),
  whole('timestamp-reply', 14),
  whole('address-mask-request', 17),
  whole('address-mask-reply', 18),
];

export const icmp: MatchModule<'icmp', IcmpMatch> = {
  name: 'icmp',
  family: 'ipv4',
  loadedBy: PROTOCOL.icmp,
  steady: 'always',
  options: { '--icmp-type': { values: 1, invertible: true } },
  placement: () => ({ protocols: [PROTOCOL.icmp] }),

  parse: (options, scope) => ({
    kind: 'icmp',
    ...readIcmpTest(requireOption(options, '--icmp-type', scope, 'TYPE'), NAMES),
  }),

  print: (match) => printIcmpTest('--icmp-type', match),
  evaluate: (match, { packet }) =>
    answer(packet.kind === 'icmp' && packet.fragment !== 'later' && holdsIcmpTest(match, packet)),
  describe: (match) => describeIcmpTest(match, NAMES),
};
