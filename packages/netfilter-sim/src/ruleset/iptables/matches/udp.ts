import { PROTOCOL } from '../../../packet/protocol.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { describePorts, holdsPorts, PORT_OPTIONS, printPorts, readPorts } from './ports.ts';
import type { PortTests } from './ports.ts';

/** Ports of a UDP datagram (net/netfilter/xt_tcpudp.c, udp_mt). */
export interface UdpMatch extends PortTests {
  readonly kind: 'udp';
}

export const udp: MatchModule<'udp', UdpMatch> = {
  name: 'udp',
  loadedBy: PROTOCOL.udp,
  steady: 'always',
  options: PORT_OPTIONS,
  placement: () => ({ protocols: [PROTOCOL.udp] }),
  parse: (options) => ({ kind: 'udp', ...readPorts(options, 'resolver') }),
  print: (match) => printPorts(match).join(' '),
  evaluate: (match, { packet }) =>
    answer(packet.kind === 'udp' && packet.fragment !== 'later' && holdsPorts(match, packet)),
  describe: (match) => describePorts(match).join(' and ') || 'it is a UDP datagram',
};
