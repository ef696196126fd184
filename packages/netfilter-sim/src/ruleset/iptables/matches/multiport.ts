import { InputError } from '../../../error.ts';
import { lacksPorts } from '../../../packet/packet.ts';
import type { Port } from '../../../packet/port.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { printInterval } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import { readPortInterval } from '../../shared/ports.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, refuse, requireOneOption, valueOf } from '../extension/option-values.ts';

/** A list of ports and ranges (net/netfilter/xt_multiport.c). */
export interface MultiportMatch {
  readonly kind: 'multiport';
  readonly side: 'source' | 'destination' | 'either';
  readonly ports: readonly Interval[];
  readonly inverted: boolean;
}

const SIDES = { '--sports': 'source', '--dports': 'destination', '--ports': 'either' } as const;
const OPTION = { source: '--sports', destination: '--dports', either: '--ports' } as const;

/** XT_MULTI_PORTS: a port takes one slot, a range two. */
const SLOTS_MAX = 15;

const PROTOCOLS = [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.udplite, PROTOCOL.sctp, PROTOCOL.dccp];

export const multiport: MatchModule<'multiport', MultiportMatch> = {
  name: 'multiport',
  steady: 'always',
  notModelledFor: 'packets that were written without their ports',
  options: {
    '--sports': { values: 1, invertible: true, aliases: ['--source-ports'] },
    '--dports': { values: 1, invertible: true, aliases: ['--destination-ports'] },
    '--ports': { values: 1, invertible: true },
  },
  placement: () => ({ protocols: PROTOCOLS }),

  parse(options, scope) {
    const option = requireOneOption(options, Object.keys(SIDES), scope);
    if (scope.protocol === undefined || !PROTOCOLS.includes(scope.protocol as 6)) {
      throw new InputError(
        scope.position,
        'multiport needs a protocol with ports',
        'add -p tcp, udp, udplite, sctp or dccp',
      );
    }
    const ports = valueOf(option)
      .split(',')
      .map((text) => {
        const found = /^:|:$/.test(text) ? undefined : readPortInterval(text.trimStart());
        const rises = !text.includes(':') || (found !== undefined && found.min < found.max);
        return found === undefined || !rises ? refuse(option, 'a comma list of ports and ranges LOW:HIGH') : found;
      });
    const slots = ports.reduce((sum, { min, max }) => sum + (min === max ? 1 : 2), 0);
    if (slots > SLOTS_MAX) refuse(option, `at most ${SLOTS_MAX} ports, a range counting as two`);
    return { kind: 'multiport', side: SIDES[option.name as keyof typeof SIDES], ports, inverted: option.inverted };
  },

  print: (match) =>
    `${not(match.inverted)}${OPTION[match.side]} ${match.ports.map((ports) => printInterval(ports)).join(',')}`,

  evaluate({ side, ports, inverted }, { packet }) {
    // A fragment without ports says no even where the list is inverted.
    if (packet.fragment === 'later') return 'no-match';
    if (lacksPorts(packet)) return notModelled('the ports of a packet that was written without them');
    if (packet.kind !== 'tcp' && packet.kind !== 'udp' && packet.kind !== 'ported') return 'no-match';
    const listed = (port: Port): boolean => ports.some(({ min, max }) => port >= min && port <= max);
    const found = (side !== 'destination' && listed(packet.sport)) || (side !== 'source' && listed(packet.dport));
    return answer(found !== inverted);
  },

  describe: ({ side, ports, inverted }) =>
    `${side === 'either' ? 'source or destination' : side} port ${is(inverted)} one of ` +
    ports.map((range) => printInterval(range, '–')).join(', '),
};
