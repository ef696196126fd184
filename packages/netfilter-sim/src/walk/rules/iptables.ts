import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';
import { applyTarget, ruleMatches } from '../../ruleset/iptables/evaluate/rule.ts';
import { printRule } from '../../ruleset/iptables/print/rule-set.ts';
import type { IptablesPlace } from '../../ruleset/iptables/values/place.ts';
import { isUnconditional } from '../../ruleset/iptables/values/reach.ts';
import type { Chain, Rule, Table } from '../../ruleset/iptables/values/rule-set.ts';
import type { Target } from '../../ruleset/iptables/targets/index.ts';
import type { Hook } from '../../ruleset/shared/hooks.ts';
import type { NotModelled } from '../../ruleset/shared/not-modelled.ts';
import type { Change, TargetOutcome } from '../../ruleset/shared/outcome.ts';
import type { NamedRule } from '../../trace/disposition.ts';
import type { RuleEffect, RuleStep } from '../../trace/step.ts';
import { nextCandidate } from './candidates.ts';
import { applyChange } from './change.ts';
import { printRulePlace, TableContext } from './context.ts';
import { countPacket, counterKey } from './counters.ts';
import { enter } from './stack.ts';
import type { Stack } from './stack.ts';
import { conclude } from './verdict.ts';
import type { TableVerdict, Unanswered } from './verdict.ts';

/** `ipt_do_table` (net/ipv4/netfilter/ip_tables.c, 6.12): one table's chains for one packet at one hook. */
export const runTable = (environment: Environment, flight: Flight, table: Table, hook: Hook): TableVerdict => {
  const base = table.chains.get(hook);
  if (base === undefined) return { kind: 'accept' };
  const context = new TableContext(environment, flight, table.name, hook);
  const walk: Walk = { environment, flight, table, hook, base, context, stack: [{ chain: base, next: 0 }] };
  for (;;) {
    const verdict = nextRule(walk);
    if (verdict !== undefined) return verdict;
  }
};

interface Walk {
  readonly environment: Environment;
  readonly flight: Flight;
  readonly table: Table;
  readonly hook: Hook;
  readonly base: Chain;
  readonly context: TableContext;
  readonly stack: Stack<Chain>;
}

/** Looks at one rule, or at a chain's end. `undefined`: go on. */
const nextRule = (walk: Walk): TableVerdict | undefined => {
  const frame = walk.stack.at(-1);
  if (frame === undefined) return applyPolicy(walk, walk.base);
  frame.next = nextCandidate(frame.chain, frame.next, walk.flight.packet.dst);
  const rule = frame.chain.rules[frame.next];
  if (rule === undefined) return endOfChain(walk, frame.chain);
  frame.next += 1;
  const place = placeIn(walk.table, frame.chain.name, frame.next);
  walk.context.at = place;
  const matched = ruleMatches(rule, walk.context, counterKey(walk.context.family, place));
  if (walk.context.unknown !== undefined) return { kind: 'not-modelled', ...walk.context.unknown, rule: nameRule(rule, place) };
  switch (matched) {
    case 'no-match':
      return undefined;
    case 'hotdrop':
      return { kind: 'drop', by: 'malformed', place };
    case 'match':
      count(walk, place);
      return act(walk, rule, place);
  }
};

const placeIn = ({ name, backEnd }: Table, chain: string, number: number): IptablesPlace => ({
  table: name,
  ...(backEnd === undefined ? {} : { backEnd }),
  chain,
  number,
});

const nameRule = (rule: Rule, place: IptablesPlace): NamedRule => ({
  place: printRulePlace(place),
  text: printRule(place.chain, rule),
});

const count = ({ environment, flight }: Walk, place: IptablesPlace): void => {
  countPacket(environment.state, counterKey(flight.packet.family, place), flight.packet);
};

/** Records the rule as the packet met it, before its target changes anything. */
const record = (walk: Walk, place: IptablesPlace, text: string, looks: RuleStep['place'], effect: RuleEffect): void => {
  const { flight, context, hook, environment } = walk;
  environment.trace.push({
    kind: 'rule',
    hook,
    ...place,
    place: looks,
    text,
    effect,
    traced: flight.traced,
    packet: flight.packet,
    inDevice: context.inDevice,
    outDevice: context.outDevice,
    markBefore: flight.mark,
  });
};

const endOfChain = (walk: Walk, chain: Chain): TableVerdict | undefined => {
  if (chain.policy !== 'none') return applyPolicy(walk, chain);
  record(walk, endOf(walk, chain), 'end of chain', 'return', { kind: 'return' });
  walk.stack.pop();
  return undefined;
};

const applyPolicy = (walk: Walk, chain: Chain): TableVerdict => {
  const place = endOf(walk, chain);
  count(walk, { ...place, number: 0 });
  const accepts = chain.policy !== 'DROP';
  record(walk, place, `policy ${accepts ? 'ACCEPT' : 'DROP'}`, 'policy', { kind: accepts ? 'accept' : 'drop' });
  return accepts ? { kind: 'accept' } : { kind: 'drop', by: 'policy', place };
};

const endOf = ({ table }: Walk, { name, rules }: Chain): IptablesPlace => placeIn(table, name, rules.length + 1);

/** The kernel's TRACE names an unconditional standard verdict like a chain's end (`get_chainname_rulenum`). */
const looksOf = (walk: Walk, rule: Rule, chain: string): RuleStep['place'] => {
  if (rule.target.kind !== 'verdict' || !isUnconditional(rule)) return 'rule';
  return chain === walk.hook ? 'policy' : 'return';
};

const act = (walk: Walk, rule: Rule, place: IptablesPlace): TableVerdict | undefined => {
  const { target } = rule;
  const note = (effect: RuleEffect): void => {
    record(walk, place, printRule(place.chain, rule), looksOf(walk, rule, place.chain), effect);
  };
  switch (target.kind) {
    case 'none':
      note({ kind: 'continue', changes: [] });
      return undefined;
    case 'jump':
    case 'goto':
      note({ kind: target.kind, chain: target.chain });
      enter(walk.stack, walk.table.chains.get(target.chain), target.kind);
      return undefined;
    case 'verdict':
      return standardVerdict(walk, target.verdict, place, note);
    case 'extension':
      return extensionTarget(walk, target.target, { place, rule, note });
  }
};

const standardVerdict = (
  walk: Walk,
  verdict: 'ACCEPT' | 'DROP' | 'QUEUE' | 'RETURN',
  place: IptablesPlace,
  note: (effect: RuleEffect) => void,
): TableVerdict | undefined => {
  switch (verdict) {
    case 'ACCEPT':
      return conclude({ kind: 'accept' }, place, note);
    case 'DROP':
      return conclude({ kind: 'drop' }, place, note);
    case 'QUEUE':
      return conclude({ kind: 'queue', queue: 0, bypass: false }, place, note);
    case 'RETURN':
      note({ kind: 'return' });
      walk.stack.pop();
      return undefined;
  }
};

const extensionTarget = (walk: Walk, target: Target, by: Applied): TableVerdict | undefined => {
  const outcome = applyTarget(target, walk.context);
  const { unknown } = walk.context;
  return unknown === undefined ? carryOut(walk, outcome, by) : { kind: 'not-modelled', ...unknown, rule: nameRule(by.rule, by.place) };
};

interface Applied {
  readonly rule: Rule;
  readonly place: IptablesPlace;
  readonly note: (effect: RuleEffect) => void;
}

const carryOut = (walk: Walk, outcome: TargetOutcome, { rule, place, note }: Applied): TableVerdict | undefined => {
  const unanswered = ({ what }: NotModelled): Unanswered => ({ kind: 'not-modelled', what, rule: nameRule(rule, place) });
  const change = (changes: readonly Change[]): NotModelled | undefined => {
    for (const one of changes) {
      const missing = applyChange(walk.environment, walk.flight, one, walk.context);
      if (missing !== undefined) return missing;
    }
    return undefined;
  };
  switch (outcome.kind) {
    case 'continue': {
      note({ kind: 'continue', changes: outcome.changes });
      const missing = change(outcome.changes);
      return missing && unanswered(missing);
    }
    case 'accept': {
      const verdict = conclude(outcome, place, note);
      const missing = change(outcome.changes);
      return missing === undefined ? verdict : unanswered(missing);
    }
    case 'drop':
    case 'queue':
    case 'reject':
    case 'answer-open':
    case 'translate':
    case 'masquerade':
    case 'redirect':
    case 'map-network':
      return conclude(outcome, place, note);
    case 'transparent-proxy':
      return proxy(walk, outcome, { rule, place, note });
    case 'not-modelled':
      note({ kind: 'not-modelled', what: outcome.what });
      return unanswered(outcome);
  }
};

/** `tproxy_tg4` (net/netfilter/xt_TPROXY.c, 6.12): without a listener the packet is lost. */
const proxy = (
  walk: Walk,
  { address, port, mark }: Extract<TargetOutcome, { kind: 'transparent-proxy' }>,
  { rule, place, note }: Applied,
): TableVerdict | undefined => {
  const { context, flight } = walk;
  const listens = context.assignSocket({ ...(address === undefined ? {} : { address }), ...(port === 0 ? {} : { port }) });
  if (context.unknown !== undefined) return { kind: 'not-modelled', ...context.unknown, rule: nameRule(rule, place) };
  if (!listens) return conclude({ kind: 'drop' }, place, note);
  note({ kind: 'accept' });
  flight.mark = ((flight.mark & ~mark.mask) ^ mark.value) >>> 0;
  return { kind: 'accept' };
};
