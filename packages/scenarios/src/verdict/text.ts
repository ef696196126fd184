import type { Paint } from '@nodelocal/netfilter-sim';
import { printPart } from '../file/print-scenario.ts';
import type { Verdict } from './judge.ts';

/** A line for each expectation. */
export const describeVerdicts = (verdicts: readonly Verdict[], paint: Paint): readonly string[] =>
  verdicts.map(({ expectation, holds, seen }) => (holds ? `  as expected: ${printPart(expectation)}` : `  ${paint.strong('not as expected')}: ${printPart(expectation)}; seen: ${seen}`));
