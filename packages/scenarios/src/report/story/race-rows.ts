import { describeStep } from '@nodelocal/netfilter-sim';
import type { TraceStep } from '@nodelocal/netfilter-sim';
import type { RaceRow } from './race-story.ts';
import { decides } from './stages.ts';
import { HOOK_NAMES } from './way.ts';

/** What one packet of a race does while the others wait. */
export const raceRow = (lane: number, steps: readonly TraceStep[]): RaceRow => {
  const said = steps.flatMap((step) => describeStep(step).map((line) => ({ ...line, matters: matters(step) })));
  const hooks = new Map<string, readonly string[]>();
  for (const { hook, stage } of said) hooks.set(hook, [...new Set([...(hooks.get(hook) ?? []), stage])]);
  return {
    lane,
    move: [...hooks].map(([hook, stages]) => (HOOK_NAMES.some((name) => name === hook) ? `${hook} ${stages.join(', ')}` : (PLACES[hook] ?? hook))).join('; '),
    told: said.filter((line) => line.matters).map(({ text }) => text),
    lines: said.map(({ hook, stage, text }) => `${`${hook} ${stage}`.trim()}: ${text}`),
  };
};

/** What goes into the table, or is found there, is what packets race for. */
const matters = (step: TraceStep): boolean => decides(step) || step.kind === 'tracked' || step.kind === 'confirmed';

const PLACES: Readonly<Record<string, string>> = { in: 'comes in', out: 'is sent', '=': 'comes to its end' };
