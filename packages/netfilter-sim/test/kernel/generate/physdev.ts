import { line, oneOf } from '../../../src/arbitraries/words.ts';
import type * as fc from 'fast-check';

const not = oneOf('', '! ');

/** The port that a packet leaves by is asked for where it can be known alone. */
export const physdev = (chain: string): fc.Arbitrary<string> =>
  chain === 'FORWARD' || chain === 'POSTROUTING'
    ? line('-m physdev ', not, oneOf('--physdev-in vpod1', '--physdev-is-bridged', '--physdev-is-in', '--physdev-out vpod2', '--physdev-is-out'))
    : line('-m physdev ', not, oneOf('--physdev-in vpod1', '--physdev-is-in', '--physdev-in vpod+'));
