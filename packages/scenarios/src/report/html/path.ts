import { HOOK_FUNCTIONS } from '@nodelocal/netfilter-sim';
import type { Journey, RuleStep, TraceStep } from '@nodelocal/netfilter-sim';
import { element, escape } from './markup.ts';

type Hook = (typeof HOOK_FUNCTIONS)[number]['hook'];

/** How a stage took part: a rule decided, it let the packet pass, it was skipped, or the packet never came there. */
type Part = 'decided' | 'passed' | 'skipped' | 'unused';

const STAGE = { width: 82, height: 26, gap: 4 } as const;
const COLUMN = STAGE.width + 54;
const TOP = 34;

/** Columns of the picture; INPUT stands below FORWARD, where the ways part. */
const PLACES: Readonly<Record<'PREROUTING' | 'FORWARD' | 'POSTROUTING' | 'INPUT', { readonly column: number; readonly row: number }>> = {
  PREROUTING: { column: 1, row: 0 },
  FORWARD: { column: 3, row: 0 },
  POSTROUTING: { column: 4, row: 0 },
  INPUT: { column: 3, row: 1 },
};
const ROW_HEIGHT = 6 * (STAGE.height + STAGE.gap);
const STAGES = ['raw', 'conntrack', 'mangle', 'nat', 'filter', 'confirm'] as const;

const x = (column: number): number => 10 + column * COLUMN;
const y = (row: number): number => TOP + row * ROW_HEIGHT;

const stepsOf = (trace: readonly TraceStep[], hook: Hook, stage: string): readonly TraceStep[] =>
  trace.filter((step) => {
    switch (step.kind) {
      case 'rule':
        return step.hook === hook && step.table === stage;
      case 'skipped':
        return step.hook === hook && step.what === stage;
      case 'tracked':
      case 'untracked':
        return step.hook === hook && stage === 'conntrack';
      case 'translated':
        return step.hook === hook && stage === 'nat';
      case 'confirmed':
        return step.hook === hook && stage === 'confirm';
      // The picture has the places of iptables' tables only.
      case 'nft-rule':
      case 'arrived':
      case 'generated':
      case 'copied':
      case 'routed':
      case 'entered-by-port':
      case 'switched':
      case 'ttl-decremented':
      case 'looped-back':
      case 'held':
      case 'answered':
      case 'ended':
        return false;
    }
  });

const isDecision = (step: TraceStep): boolean =>
  (step.kind === 'rule' && step.place === 'rule' && step.effect.kind !== 'jump' && step.effect.kind !== 'return') ||
  step.kind === 'translated' ||
  (step.kind === 'tracked' && step.outcome.kind === 'connection' && step.outcome.opened);

const partOf = (steps: readonly TraceStep[]): Part => {
  if (steps.length === 0) return 'unused';
  if (steps.some(isDecision)) return 'decided';
  return steps.some(({ kind }) => kind === 'skipped') ? 'skipped' : 'passed';
};

const ruleLine = ({ chain, number, text }: RuleStep): string => `${chain} ${number}: ${text}`;

const drawStage = (trace: readonly TraceStep[], hook: keyof typeof PLACES, stage: string, at: number): string => {
  const steps = stepsOf(trace, hook, stage);
  const left = x(PLACES[hook].column);
  const top = y(PLACES[hook].row) + at * (STAGE.height + STAGE.gap);
  const rules = steps.filter((step): step is RuleStep => step.kind === 'rule').map(ruleLine);
  return element(
    'g',
    { class: partOf(steps) },
    element('title', {}, escape(rules.length === 0 ? `${hook} ${stage}` : rules.join('\n'))),
    element('rect', { x: left, y: top, width: STAGE.width, height: STAGE.height, rx: 4 }),
    element('text', { x: left + STAGE.width / 2, y: top + 17 }, escape(stage)),
  );
};

const drawHook = (trace: readonly TraceStep[], hook: keyof typeof PLACES): string => {
  const { column, row } = PLACES[hook];
  const known: readonly string[] = STAGES;
  const stages = HOOK_FUNCTIONS.filter((stage) => stage.hook === hook && known.includes(stage.runs));
  const visited = stages.some(({ runs }) => stepsOf(trace, hook, runs).length > 0);
  return [
    element('text', { class: visited ? 'hook' : 'hook unused', x: x(column) + STAGE.width / 2, y: y(row) - 8 }, hook),
    ...stages.map(({ runs }, at) => drawStage(trace, hook, runs, at)),
  ].join('');
};

const end = (column: number, row: number, label: string, reached: boolean): string =>
  element(
    'g',
    { class: reached ? 'end' : 'end unused' },
    element('rect', { x: x(column), y: y(row), width: STAGE.width, height: STAGE.height, rx: 13 }),
    element('text', { x: x(column) + STAGE.width / 2, y: y(row) + 17 }, escape(label)),
  );

const arrow = (from: readonly [number, number], to: readonly [number, number], taken: boolean): string => {
  const [x1, y1] = [x(from[0]) + STAGE.width, y(from[1]) + STAGE.height / 2];
  const [x2, y2] = [x(to[0]) - 4, y(to[1]) + STAGE.height / 2];
  const middle = (x1 + x2) / 2;
  return element('path', { class: taken ? 'way' : 'way unused', d: `M${x1} ${y1} H${middle} V${y2} H${x2}`, 'marker-end': 'url(#head)' });
};

/** The way of one packet that came in by a device, drawn over the path that the kernel has. */
export const drawPath = ({ trace, outcome }: Journey, from: string): string => {
  const local = outcome.kind === 'delivered';
  const device = outcome.kind === 'forwarded' ? outcome.device : 'eth0';
  const routed = trace.flatMap((step) =>
    step.kind === 'routed' && step.outcome.kind === 'found'
      ? [[step.outcome.destination, step.outcome.type === 'local' ? `is on ${step.outcome.boundTo}` : `is by ${step.outcome.device}`]]
      : [],
  );
  const note = (routed.at(-1) ?? []).map((line, at) =>
    element('text', { class: 'note', x: x(2) + STAGE.width / 2, y: y(0) + STAGE.height + 16 + 14 * at }, escape(line)),
  );
  const width = x(5) + STAGE.width + 16;
  const height = y(1) + 5 * (STAGE.height + STAGE.gap) + 10;
  return element(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'img', class: 'path', 'aria-label': `way of the packet: ${local ? 'delivered' : outcome.kind}` },
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>',
    arrow([0, 0], [1, 0], true),
    arrow([1, 0], [2, 0], true),
    arrow([2, 0], [3, 0], !local),
    arrow([2, 0], [3, 1], local),
    arrow([3, 0], [4, 0], !local),
    arrow([4, 0], [5, 0], !local),
    arrow([3, 1], [4, 1], local),
    end(0, 0, from, true),
    end(2, 0, 'routing', routed.length > 0),
    end(5, 0, device, !local),
    end(4, 1, 'node-cache', local),
    ...note,
    drawHook(trace, 'PREROUTING'),
    drawHook(trace, 'FORWARD'),
    drawHook(trace, 'POSTROUTING'),
    drawHook(trace, 'INPUT'),
  );
};
