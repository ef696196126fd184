import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { takeArguments, takeDuration, takeInteger } from '../../directive/arguments.ts';
import {
  PREFETCH_GAP_MS_DEFAULT,
  PREFETCH_PERCENTAGE_DEFAULT,
  PREFETCH_PERCENTAGE_MAX,
  PREFETCH_PERCENTAGE_MIN,
} from '../../engine/limits.ts';
import type { PrefetchPolicy } from '../../engine/popularity.ts';

const readPercentage = (token: Token): number => {
  const mend = `a percentage is a whole number and a percent sign, as in ${PREFETCH_PERCENTAGE_DEFAULT}%`;
  const [, digits] = /^(\d{1,3})%$/.exec(token.text) ?? [];
  if (digits === undefined) throw new CorefileError(token, `not a percentage: '${token.text}'`, mend);
  const percentage = Number(digits);
  if (percentage < PREFETCH_PERCENTAGE_MIN || percentage > PREFETCH_PERCENTAGE_MAX) {
    const range = `[${PREFETCH_PERCENTAGE_MIN}, ${PREFETCH_PERCENTAGE_MAX}]`;
    throw new CorefileError(token, `percentage should fall in range ${range}: ${percentage}`);
  }
  return percentage;
};

/** `prefetch AMOUNT [DURATION [PERCENTAGE%]]` */
export const readPrefetch = (entry: Entry): PrefetchPolicy => {
  const [first = entry.name, duration, share] = takeArguments(entry, 1, 3, 'write prefetch AMOUNT [DURATION [PERCENTAGE%]]');
  const amount = takeInteger(first, 'the amount');
  if (amount < 0) throw new CorefileError(first, 'prefetch amount should be positive');
  return {
    amount,
    gapMs: duration === undefined ? PREFETCH_GAP_MS_DEFAULT : takeDuration(duration, 'the prefetch duration'),
    percentage: share === undefined ? PREFETCH_PERCENTAGE_DEFAULT : readPercentage(share),
  };
};
