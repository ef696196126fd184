import { InputError } from '../../../error.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { findOption, numberValue } from '../extension/option-values.ts';
import { printRate, readRate } from '../extension/rate.ts';

/** So many packets in a time, some more at the start (net/netfilter/xt_limit.c). */
export interface LimitMatch {
  readonly kind: 'limit';
  /** Credit that a packet costs, in 1/10000 s (XT_LIMIT_SCALE). */
  readonly period: number;
  readonly burst: number;
}

const SCALE = 10_000;
const DEFAULT_PERIOD = SCALE * 1200;
const DEFAULT_BURST = 5;
/** HZ times CREDITS_PER_JIFFY, the same for HZ 250 and 1000: what a second is worth to the kernel. */
const CREDITS_PER_SECOND = 32_000;

const wrap = (number: number): number => Number(BigInt.asUintN(32, BigInt(number)));

/** user2credits, in the kernel's 32 bits. */
const credits = (user: number): number =>
  user > Math.floor(0xffff_ffff / CREDITS_PER_SECOND)
    ? wrap(Math.floor(user / SCALE) * CREDITS_PER_SECOND)
    : Math.floor(wrap(user * CREDITS_PER_SECOND) / SCALE);

export const limit: MatchModule<'limit', LimitMatch> = {
  name: 'limit',
  options: {
    '--limit': { values: 1, invertible: false },
    '--limit-burst': { values: 1, invertible: false },
  },

  parse(options, scope) {
    const rate = findOption(options, '--limit');
    const burstOption = findOption(options, '--limit-burst');
    const period = rate === undefined ? DEFAULT_PERIOD : readRate(rate, SCALE).period;
    const burst = burstOption === undefined ? DEFAULT_BURST : numberValue(burstOption, { min: 1, max: 10_000 });
    if (credits(wrap(period * burst)) < credits(period)) {
      throw new InputError(
        scope.position,
        'the kernel cannot count that much credit',
        'lower --limit-burst or raise --limit',
      );
    }
    return { kind: 'limit', period, burst };
  },

  print: ({ period, burst }) =>
    `--limit ${printRate(period, SCALE)}${burst === DEFAULT_BURST ? '' : ` --limit-burst ${burst}`}`,

  evaluate({ period, burst }, context, memoryKey) {
    const { now } = context;
    const bucket = context.memory(memoryKey, () => ({ credit: period * burst, at: Number(now) }));
    bucket.credit = Math.min(period * burst, bucket.credit + ((now - bucket.at) * SCALE) / 1000);
    bucket.at = now;
    if (bucket.credit < period) return answer(false);
    bucket.credit -= period;
    return answer(true);
  },

  describe: ({ period, burst }) => `no more than ${printRate(period, SCALE)} got here, ${burst} at once at the start`,
};
