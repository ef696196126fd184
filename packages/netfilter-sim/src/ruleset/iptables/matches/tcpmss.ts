import { PROTOCOL } from '../../../packet/protocol.ts';
import { printInterval } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { intervalValue, is, not, refuse, requireOption } from '../extension/option-values.ts';

/** The maximum segment size that a TCP segment announces (net/netfilter/xt_tcpmss.c). */
export interface TcpmssMatch {
  readonly kind: 'tcpmss';
  readonly bytes: Interval;
  readonly inverted: boolean;
}

/** It does not look whether there is a header, and drops what looks like none (tcpmss_mt, net/netfilter/xt_tcpmss.c, 6.18). */
export const tcpmss: MatchModule<'tcpmss', TcpmssMatch> = {
  name: 'tcpmss',
  notModelledFor: 'later fragments',
  steady: 'always',
  options: { '--mss': { values: 1, invertible: true } },
  placement: () => ({ protocols: [PROTOCOL.tcp] }),

  parse(options, scope) {
    const option = requireOption(options, '--mss', scope, 'MIN:MAX');
    const bytes = intervalValue(option, { min: 0, max: 65535 });
    if (bytes.min > bytes.max) refuse(option, 'a range MIN:MAX with MIN not above MAX');
    return { kind: 'tcpmss', bytes, inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--mss ${printInterval(match.bytes)}`,

  evaluate({ bytes, inverted }, { packet }) {
    if (packet.fragment === 'later') return { ...notModelled('what a later fragment has where others have a TCP header'), mayDrop: true };
    const announced = packet.kind === 'tcp' ? packet.options.maximumSegmentSize : undefined;
    const inside = announced !== undefined && announced >= bytes.min && announced <= bytes.max;
    return answer(inside !== inverted);
  },

  describe: (match) => `its maximum segment size ${is(match.inverted)} ${printInterval(match.bytes, '–')}`,
};
