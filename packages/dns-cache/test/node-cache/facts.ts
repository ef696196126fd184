import type { NodeCacheCase, NodeState } from '../support/nodecache-cases.ts';

const STATE = ['corefile', 'addresses', 'link', 'rules4', 'rules6', 'listen'] as const;
const TOLD = ['exit', 'process', 'reply', 'shell', 'log_seen', 'reached', 'error'] as const;

/** Of a metrics page each for itself. */
const METRICS = ['metrics reachable', 'metrics families', 'metrics values'] as const;

type Field = (typeof STATE)[number] | (typeof TOLD)[number] | (typeof METRICS)[number];

/** One thing that was seen after a step; what is not there is `null`. */
export interface Fact {
  readonly step: number;
  readonly field: Field;
  readonly value: unknown;
  /** Left to chance: not judged. */
  readonly isUnstable: boolean;
}

const isEmpty = (value: unknown): boolean => value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** As tools/compare.py has it: a state by its value after each step, whatever step it was first shown at. */
export const factsOf = ({ before = {}, steps }: NodeCacheCase, unstable: readonly string[] = []): readonly Fact[] => {
  let state: NodeState = before;
  return steps.flatMap(({ do: what, seen }, step) => {
    for (const field of STATE) if (seen[field] !== undefined) state = { ...state, [field]: seen[field] };
    if (what === 'start') return [];
    const fact = (field: Field, value: unknown, name: string = field): Fact => ({
      step,
      field,
      value: isEmpty(value) ? null : value,
      isUnstable: unstable.includes(`${step} ${what.slice(0, 40)} ${name}`),
    });
    const { metrics } = seen;
    return [
      ...(seen.process === undefined ? [] : STATE.map((field) => fact(field, state[field]))),
      ...TOLD.filter((field) => seen[field] !== undefined).map((field) => fact(field, seen[field])),
      ...(metrics === undefined ? [] : METRICS.map((field) => fact(field, valueOf(field, metrics), 'metrics'))),
    ];
  });
};

const valueOf = (field: (typeof METRICS)[number], { reachable, coredns, values }: NonNullable<NodeCacheCase['steps'][number]['seen']['metrics']>): unknown => {
  switch (field) {
    case 'metrics reachable':
      return reachable;
    case 'metrics families':
      return coredns;
    case 'metrics values':
      return values;
  }
};

/** All that it printed, each line once. */
export const linesOf = ({ steps }: NodeCacheCase): ReadonlySet<string> =>
  new Set(steps.flatMap(({ seen }) => [...(seen.stdout ?? []), ...(seen.stderr ?? [])]));

/** Every text that the Corefile had. */
export const corefilesOf = ({ before, steps }: NodeCacheCase): readonly string[] =>
  [before?.corefile, ...steps.map(({ seen }) => seen.corefile)].flatMap((text) => text ?? []);
