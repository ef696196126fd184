import { describeStep, dispositionSentence, HOOK_FUNCTIONS, printPacket } from '@nodelocal/netfilter-sim';
import type { Journey, RouteStep, TraceStep } from '@nodelocal/netfilter-sim';
import { decides, lackingAt, stageOf, verdictOf } from './stages.ts';
import { HOOK_NAMES } from './way.ts';
import type { HookName, HookPassage, Part, RoutingPlace, StagePassage, WalkedWay, WalkedEnd, WayStep } from './way.ts';

/** A journey as it is drawn. */
export const wayOf = (journey: Journey): WalkedWay => {
  const { trace, outcome } = journey;
  const [first] = trace;
  const sent = first?.kind === 'arrived' || first?.kind === 'generated' || first?.kind === 'copied' ? first.packet : journey.packet;
  const inDevice = first?.kind === 'arrived' ? first.device : undefined;
  return {
    packet: `${inDevice ?? 'local'}: ${printPacket(sent)}`,
    inDevice,
    outDevice: outcome.kind === 'forwarded' || outcome.kind === 'sent' ? outcome.device : undefined,
    end: endOf(outcome),
    ending: outcome.kind === 'held' ? `held in queue ${outcome.queue}` : dispositionSentence(outcome),
    routing: routingOf(trace),
    hooks: eachHook((hook) => passageOf(journey, hook)),
    steps: trace.flatMap(stepsOf),
  };
};

const endOf = (outcome: Journey['outcome']): WalkedEnd => {
  switch (outcome.kind) {
    case 'delivered':
      return 'delivered';
    case 'forwarded':
    case 'sent':
      return 'left';
    case 'dropped':
      return 'lost';
    case 'held':
      return 'held';
    case 'not-modelled':
      return 'not-modelled';
  }
};

const eachHook = (of: (hook: HookName) => HookPassage): WalkedWay['hooks'] => ({
  PREROUTING: of('PREROUTING'),
  INPUT: of('INPUT'),
  FORWARD: of('FORWARD'),
  OUTPUT: of('OUTPUT'),
  POSTROUTING: of('POSTROUTING'),
});

/** Routed again, a packet is still one that a program sent. */
const routingOf = (trace: readonly TraceStep[]): WalkedWay['routing'] => {
  const found: Partial<Record<RoutingPlace, string>> = {};
  for (const step of trace) {
    if (step.kind === 'routed') found[step.at === 'input' ? 'input' : 'output'] = routeWords(step);
  }
  return found;
};

/** A few words for the picture; what was looked up stands among the steps. */
const routeWords = ({ outcome }: RouteStep): string => {
  if (outcome.kind === 'refused') return `no way: ${outcome.reason}`;
  if (outcome.type === 'local') return `to this node, on ${outcome.boundTo}`;
  return `by ${outcome.device}${outcome.gateway === undefined ? '' : ` via ${outcome.gateway}`}`;
};

const passageOf = ({ trace, outcome }: Journey, hook: HookName): HookPassage => {
  const steps = trace.flatMap((step) => {
    const place = stageOf(step);
    return place?.hook === hook ? [{ step, stage: place.stage }] : [];
  });
  const found = lackingAt(trace);
  const lacking = found?.hook === hook ? found : undefined;
  const reached = steps.length > 0 || lacking !== undefined || passesUnseen(trace, outcome, hook);
  const passed = [...steps.map(({ stage }) => stage), ...(lacking === undefined ? [] : [lacking.stage])];
  const stages = stagesAt(hook, passed);
  const last = endsAt(trace, outcome, lacking?.hook) === hook ? stages.indexOf(passed.at(-1) ?? '') : stages.length - 1;
  return {
    reached,
    stages: stages.map((stage, at) => {
      const passage = stagePassage(stage, steps.flatMap((one) => (one.stage === stage ? [one.step] : [])), reached && at <= last);
      return lacking?.stage === stage ? { ...passage, part: 'decided', verdict: 'not modelled', lines: [...passage.lines, ...lacking.lines] } : passage;
    }),
  };
};

/** A hook without any rule leaves no step. */
const passesUnseen = (trace: readonly TraceStep[], outcome: Journey['outcome'], hook: HookName): boolean => {
  const has = (kind: TraceStep['kind']): boolean => trace.some((step) => step.kind === kind);
  if (has('switched')) return false;
  switch (hook) {
    case 'PREROUTING':
      return has('arrived') || has('looped-back');
    case 'INPUT':
      return outcome.kind === 'delivered';
    case 'FORWARD':
      return outcome.kind === 'forwarded';
    case 'OUTPUT':
      return has('generated') && has('routed');
    case 'POSTROUTING':
      return outcome.kind === 'forwarded' || outcome.kind === 'sent' || has('looped-back');
  }
};

/** At which hook a packet came to its end before it was through. */
const endsAt = (trace: readonly TraceStep[], outcome: Journey['outcome'], lacking: HookName | undefined): HookName | undefined => {
  if (outcome.kind === 'delivered' || outcome.kind === 'forwarded' || outcome.kind === 'sent') return undefined;
  const last = trace.findLast((step) => step.kind === 'routed' || stageOf(step) !== undefined);
  return lacking ?? (last === undefined ? undefined : stageOf(last)?.hook);
};

/** In the order of the kernel's table; chains of nftables behind what ran before them. */
const stagesAt = (hook: HookName, passed: readonly string[]): readonly string[] => {
  const stages: string[] = HOOK_FUNCTIONS.filter((known) => known.hook === hook).map(({ runs }) => runs);
  for (const [at, stage] of passed.entries()) {
    if (!stages.includes(stage)) stages.splice(stages.indexOf(passed[at - 1] ?? '') + 1, 0, stage);
  }
  return stages;
};

const stagePassage = (stage: string, steps: readonly TraceStep[], reached: boolean): StagePassage => ({
  stage,
  part: partOf(steps, reached),
  verdict: lastVerdict(steps.filter(decides)) ?? lastVerdict(steps) ?? '',
  lines: steps.flatMap((step) => describeStep(step).map(({ text }) => text)),
});

/** What decided goes before what merely came later. */
const lastVerdict = (steps: readonly TraceStep[]): string | undefined => steps.map(verdictOf).findLast((verdict) => verdict !== '');

const partOf = (steps: readonly TraceStep[], reached: boolean): Part => {
  if (steps.length === 0) return reached ? 'idle' : 'away';
  if (steps.some(decides)) return 'decided';
  return steps.some(({ kind }) => kind === 'skipped') ? 'skipped' : 'passed';
};

const stepsOf = (step: TraceStep): readonly WayStep[] =>
  describeStep(step).map(({ hook, stage, text }) => ({
    where: HOOK_NAMES.some((known) => known === hook) ? `${hook} ${stage}` : (PLACES[hook] ?? hook),
    text,
    decides: decides(step),
  }));

/** Where a step stands that is at no hook, in words. */
const PLACES: Readonly<Record<string, string>> = { in: 'comes in', out: 'is sent', copy: 'copy', '=': 'end', lo: 'loopback' };
