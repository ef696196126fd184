import { printNftPlace } from '@nodelocal/netfilter-sim';
import type { ConfirmStep, FieldChange, Journey, NftRuleStep, RuleStep, TraceStep, TranslateStep } from '@nodelocal/netfilter-sim';
import type { NewRules } from '../node/new-rules.ts';
import type { IptablesRule, RulePlace, WayEvent } from './passage.ts';

type AnyRuleStep = RuleStep | NftRuleStep;

const isPolicy = ({ text }: AnyRuleStep): boolean => text.startsWith('policy');

const isRule = (step: TraceStep): step is AnyRuleStep => step.kind === 'rule' || step.kind === 'nft-rule';

/** What of a trace decided on the packet's end. */
export const eventsOf = (trace: readonly TraceStep[], newRules: NewRules): readonly WayEvent[] => {
  const events: WayEvent[] = [];
  let translating: RulePlace | undefined;
  for (const [at, step] of trace.entries()) {
    if (isRule(step)) {
      const rule = placeOf(step, trace.slice(0, at + 1), newRules);
      if (step.effect.kind === 'translate') translating = rule;
      // Once is enough: what comes later changes nothing.
      events.push(...eventOf(step, rule).filter(({ kind }) => kind !== 'untracked' || !events.some((event) => event.kind === 'untracked')));
    } else if (step.kind === 'translated') {
      events.push(...translationOf(step, translating));
      translating = undefined;
    } else if (step.kind === 'confirmed') events.push(entryOf(step));
  }
  return events;
};

const placeOf = (step: AnyRuleStep, way: readonly TraceStep[], newRules: NewRules): RulePlace => ({
  place: step.kind === 'nft-rule' ? printNftPlace(step) : nameOf(step),
  text: step.text,
  isNew: newRules.has(step),
  isAboveNew: step.kind === 'rule' && !newRules.has(step) && isAboveNew(step, way, newRules),
  ...(step.kind === 'rule' ? { iptables: iptablesRule(step) } : { nft: { family: step.family, table: step.table, chain: step.chain, handle: step.handle } }),
});

const iptablesRule = (step: RuleStep): IptablesRule => {
  const { packet, table, backEnd, chain, hook } = step;
  return { family: packet.family, table, ...(backEnd === undefined ? {} : { backEnd }), chain, hook, isPolicy: isPolicy(step) };
};

const nameOf = (step: RuleStep): string => {
  const table = step.backEnd === undefined ? step.table : `${step.table} (${step.backEnd})`;
  return isPolicy(step) ? `the policy of ${table} ${step.chain}` : `rule ${step.number} of ${table} ${step.chain}`;
};

/** The rule itself, or the jump that led to it, stands in the built-in chain above a new one. */
const isAboveNew = ({ table, hook, backEnd, packet }: RuleStep, way: readonly TraceStep[], { last }: NewRules): boolean => {
  const builtIn = way.findLast((step) => step.kind === 'rule' && step.table === table && step.chain === hook);
  return backEnd === undefined && builtIn?.kind === 'rule' && builtIn.number < last(packet.family, table, hook);
};

const eventOf = (step: AnyRuleStep, rule: RulePlace): readonly WayEvent[] => {
  const { effect } = step;
  if (effect.kind === 'continue' && effect.changes.some((change) => change.kind === 'untrack')) return [{ kind: 'untracked', rule }];
  if (effect.kind !== 'accept') return [];
  if (!isPolicy(step)) return [{ kind: 'accepted', rule }];
  // Other tables let pass what they say nothing of, as a matter of course.
  return step.kind === 'rule' && step.table === 'filter' ? [{ kind: 'let-pass', rule }] : [];
};

const translationOf = ({ manip, changes }: TranslateStep, rule: RulePlace | undefined): readonly WayEvent[] => {
  const [side, ...fields] = manip === 'source' ? (['source', 'src', 'sport'] as const) : (['destination', 'dst', 'dport'] as const);
  const to = fields.flatMap((field) => changed(changes, field) ?? []);
  return to.length === 0 ? [] : [{ kind: 'translated', side, to: to.join(':'), rule }];
};

const changed = (changes: readonly FieldChange[], field: FieldChange['field']): string | undefined => changes.find((change) => change.field === field)?.to;

const entryOf = ({ original, reply }: ConfirmStep): WayEvent => ({ kind: 'entry', original: printTuple(original), reply: printTuple(reply) });

const printTuple = ({ src, dst }: ConfirmStep['original']): string => `${src} > ${dst}`;

/** The rule or policy that dropped or rejected the packet; none where it was not rules. */
export const dropperOf = ({ trace, outcome }: Journey, newRules: NewRules): RulePlace | undefined => {
  if (outcome.kind !== 'dropped') return undefined;
  const at = trace.findLastIndex(isRule);
  const last = trace[at];
  if (last === undefined || !isRule(last)) return undefined;
  return ['drop', 'reject', 'answer-open'].includes(last.effect.kind) ? placeOf(last, trace.slice(0, at + 1), newRules) : undefined;
};
