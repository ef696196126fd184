import { PLAIN } from '@nodelocal/netfilter-sim';
import type { Paint } from '@nodelocal/netfilter-sim';
import type { Expectation } from '../scenario/expectation.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Verdict } from './judge.ts';

const boundsText = ({ min, max }: { readonly min?: number; readonly max?: number }): string => {
  if (min !== undefined && min === max) return String(min);
  if (min === undefined) return max === undefined ? 'any number' : `at most ${max}`;
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
};

const whichText = (lookup: number | undefined): string => (lookup === undefined ? 'every lookup' : `lookup ${lookup}`);

const expectationText = (expectation: Expectation): string => {
  switch (expectation.kind) {
    case 'counts':
      return `${expectation.of}: ${boundsText(expectation)}`;
    case 'resolves':
      return `${whichText(expectation.lookup)} resolves${expectation.withinMs === undefined ? '' : ` within ${expectation.withinMs} ms`}`;
    case 'fails':
      return `${whichText(expectation.lookup)} fails: ${expectation.why}`;
    case 'answered-by':
      return `answered by ${expectation.who.join(' and ') || 'nobody'}`;
    case 'loses':
      return `packets lost, ${expectation.why}: ${boundsText({ min: 1, ...expectation })}`;
    case 'says-not-modelled':
      return `the model says what it lacks: ${expectation.what}`;
    case 'logs':
      return `the cache logs "${expectation.what}"`;
  }
};

/** What was expected, a line each, and what was seen instead. */
export const verdictLines = (verdicts: readonly Verdict[]): readonly string[] =>
  verdicts.map(({ expectation, holds, seen }) => `  ${holds ? 'yes' : 'no '} ${expectationText(expectation)}${holds ? '' : ` (seen: ${seen})`}`);

/** The same as a part of a report. */
export const describeVerdicts = (verdicts: readonly Verdict[], paint: Paint = PLAIN): readonly string[] =>
  verdicts.length === 0 ? [] : ['', paint.strong('Expected'), ...verdictLines(verdicts)];

/** Where people met it, and what helps. */
export const describeIncident = ({ incident }: Scenario, paint: Paint = PLAIN): readonly string[] =>
  incident === undefined
    ? []
    : [
        '',
        `${paint.strong('Reported')} (${incident.sources.join(', ')}): ${incident.reported}`,
        `${paint.strong('Shown')}: ${incident.shown}`,
        `${paint.strong('Mended by')}: ${incident.fix}${incident.fixedBy.length === 0 ? '' : ` See ${incident.fixedBy.join(', ')}.`}`,
      ];
