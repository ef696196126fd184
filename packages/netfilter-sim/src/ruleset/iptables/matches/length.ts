import { packetBytes } from '../../../packet/packet.ts';
import { printInterval, readInterval } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** The packet's length with its IP header (net/netfilter/xt_length.c). */
export interface LengthMatch {
  readonly kind: 'length';
  /** `min` above `max` is allowed and never holds. */
  readonly bytes: Interval;
  readonly inverted: boolean;
}

export const length: MatchModule<'length', LengthMatch> = {
  name: 'length',
  steady: 'always',
  options: { '--length': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--length', scope, 'MIN:MAX');
    const bytes =
      readInterval(valueOf(option), { min: 0, max: 65535 }) ?? refuse(option, 'a length or a range MIN:MAX');
    return { kind: 'length', bytes, inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--length ${printInterval(match.bytes)}`,

  evaluate({ bytes, inverted }, { packet }) {
    // length_mt6 adds the header to payload_len just as length_mt reads tot_len.
    const total = packetBytes(packet);
    return answer((total >= bytes.min && total <= bytes.max) !== inverted);
  },

  describe: (match) => `its length in bytes ${is(match.inverted)} ${printInterval(match.bytes, '–')}`,
};
