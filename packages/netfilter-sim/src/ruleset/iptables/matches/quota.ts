import { packetBytes } from '../../../packet/packet.ts';
import { readNumber } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { not, refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** So many bytes and no more (net/netfilter/xt_quota.c). */
export interface QuotaMatch {
  readonly kind: 'quota';
  readonly bytes: bigint;
  readonly inverted: boolean;
}

export const quota: MatchModule<'quota', QuotaMatch> = {
  name: 'quota',
  options: { '--quota': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--quota', scope, 'BYTES');
    const bytes = readNumber(valueOf(option));
    return {
      kind: 'quota',
      bytes: bytes === undefined || bytes >= 2n ** 64n ? refuse(option, 'a number of bytes') : bytes,
      inverted: option.inverted,
    };
  },

  print: (match) => `${not(match.inverted)}--quota ${match.bytes}`,

  evaluate({ bytes, inverted }, context, memoryKey) {
    const memory = context.memory(memoryKey, () => ({ bytesLeft: Number(bytes) }));
    const total = packetBytes(context.packet);
    const fits = memory.bytesLeft >= total;
    // The first packet that does not fit uses up what is left, as in quota_mt.
    memory.bytesLeft = fits ? memory.bytesLeft - total : 0;
    return answer(fits !== inverted);
  },

  describe: (match) => `the quota of ${match.bytes} bytes ${match.inverted ? 'is used up' : 'lasts'}`,
};
