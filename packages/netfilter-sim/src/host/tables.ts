import { packetBytes } from '../packet/packet.ts';
import type { Packet } from '../packet/packet.ts';
import { applyTarget, ruleMatches } from '../ruleset/evaluate.ts';
import type { Change, NotModelled, TargetOutcome } from '../ruleset/evaluation.ts';
import type { NftPlace } from '../ruleset/nftables/place.ts';
import { printRule } from '../ruleset/print.ts';
import type { Chain, Hook, Rule, Table } from '../ruleset/rule-set.ts';
import type { RuleEffect, RuleStep } from '../trace/step.ts';
import { nextCandidate } from './candidates.ts';
import { applyChange } from './change.ts';
import { tableContext } from './context.ts';
import type { RulePlace, TableContext } from './context.ts';
import type { Environment } from './environment.ts';
import type { Flight } from './flight.ts';

/** What a table, or a base chain of nftables, says of a packet. */
export type TableVerdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop'; readonly by: 'rule' | 'policy' | 'malformed'; readonly place: RulePlace | NftPlace }
  | { readonly kind: 'reject'; readonly with: string; readonly place: RulePlace | NftPlace }
  | { readonly kind: 'queue'; readonly queue: number; readonly bypass: boolean }
  /** The nat table found how to translate; the caller does it. */
  | { readonly kind: 'translate'; readonly outcome: Translation; readonly place: RulePlace | NftPlace }
  | { readonly kind: 'not-modelled'; readonly what: string; readonly place: RulePlace | NftPlace };

export type Translation = Extract<TargetOutcome, { kind: 'translate' | 'masquerade' | 'redirect' | 'map-network' }>;

interface Frame {
  readonly chain: Chain;
  /** Index of the rule to look at next. */
  next: number;
}

/** `ipt_do_table` (net/ipv4/netfilter/ip_tables.c, 6.12): one table's chains for one packet at one hook. */
export const runTable = (environment: Environment, flight: Flight, table: Table, hook: Hook): TableVerdict => {
  const base = table.chains.get(hook);
  if (base === undefined) return { kind: 'accept' };
  const context = tableContext(environment, flight, table.name, hook);
  const walk: Walk = { environment, flight, table, hook, context, stack: [{ chain: base, next: 0 }] };
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
  readonly context: TableContext;
  /** The chain being read is last; the ones before it wait for its return. */
  readonly stack: Frame[];
}

/** Looks at one rule, or at a chain's end. `undefined`: go on. */
const nextRule = (walk: Walk): TableVerdict | undefined => {
  const frame = walk.stack.at(-1);
  if (frame === undefined) return { kind: 'accept' };
  frame.next = nextCandidate(frame.chain, frame.next, walk.flight.packet.dst);
  const rule = frame.chain.rules[frame.next];
  if (rule === undefined) return endOfChain(walk, frame.chain);
  frame.next += 1;
  const place: RulePlace = { table: walk.table.name, chain: frame.chain.name, number: frame.next };
  walk.context.at = place;
  const matched = ruleMatches(rule, walk.context, `${walk.context.family} ${place.table} ${place.chain} ${place.number}`);
  if (walk.context.unknown !== undefined) return { kind: 'not-modelled', what: walk.context.unknown, place };
  if (matched === 'no-match') return undefined;
  if (matched === 'hotdrop') return { kind: 'drop', by: 'malformed', place };
  if (matched !== 'match') return { kind: 'not-modelled', what: matched.what, place };
  count(walk, place);
  return act(walk, rule, place);
};

const count = ({ environment, flight }: Walk, { table, chain, number }: RulePlace): void => {
  const { counters } = environment.state;
  const key = counterKey(flight.packet.family, { table, chain, number });
  const counter = counters.get(key) ?? { packets: 0, bytes: 0 };
  counters.set(key, { packets: counter.packets + 1, bytes: counter.bytes + packetBytes(flight.packet) });
};

/** Number 0 stands for the policy. */
export const counterKey = (family: Packet['family'], { table, chain, number }: RulePlace): string =>
  `${family} ${table} ${chain} ${number}`;

/** Records the rule as the packet met it, before its target changes anything. */
const record = (walk: Walk, place: RulePlace, text: string, looks: RuleStep['place'], effect: RuleEffect): void => {
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
  const place: RulePlace = { table: walk.table.name, chain: chain.name, number: chain.rules.length + 1 };
  if (chain.policy === 'none') {
    record(walk, place, 'end of chain', 'return', { kind: 'return' });
    walk.stack.pop();
    return undefined;
  }
  return applyPolicy(walk, chain, 'policy');
};

const applyPolicy = (walk: Walk, chain: Chain, looks: RuleStep['place']): TableVerdict => {
  const place: RulePlace = { table: walk.table.name, chain: chain.name, number: chain.rules.length + 1 };
  count(walk, { ...place, number: 0 });
  const accepts = chain.policy !== 'DROP';
  record(walk, place, `policy ${accepts ? 'ACCEPT' : 'DROP'}`, looks, { kind: accepts ? 'accept' : 'drop' });
  return accepts ? { kind: 'accept' } : { kind: 'drop', by: 'policy', place };
};

/** The kernel's TRACE names an unconditional standard verdict like a chain's end (`get_chainname_rulenum`). */
const looksOf = (walk: Walk, rule: Rule, chain: string): RuleStep['place'] => {
  const conditions =
    rule.matches.length > 0 ||
    [rule.source, rule.destination, rule.inInterface, rule.outInterface, rule.protocol, rule.fragment].some(
      (test) => test !== undefined,
    );
  if (conditions || rule.target.kind !== 'verdict') return 'rule';
  return chain === walk.hook ? 'policy' : 'return';
};

const act = (walk: Walk, rule: Rule, place: RulePlace): TableVerdict | undefined => {
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
      return enter(walk, target.chain, target.kind);
    case 'verdict':
      return standardVerdict(walk, target.verdict, place, note);
    case 'extension': {
      const outcome = applyTarget(target.target, walk.context);
      return carryOut(walk, outcome, place, note);
    }
  }
};

const standardVerdict = (
  walk: Walk,
  verdict: 'ACCEPT' | 'DROP' | 'QUEUE' | 'RETURN',
  place: RulePlace,
  note: (effect: RuleEffect) => void,
): TableVerdict | undefined => {
  switch (verdict) {
    case 'ACCEPT':
      note({ kind: 'accept' });
      return { kind: 'accept' };
    case 'DROP':
      note({ kind: 'drop' });
      return { kind: 'drop', by: 'rule', place };
    case 'QUEUE':
      note({ kind: 'queue', queue: 0 });
      return { kind: 'queue', queue: 0, bypass: false };
    case 'RETURN':
      note({ kind: 'return' });
      return leave(walk);
  }
};

const enter = (walk: Walk, name: string, how: 'jump' | 'goto'): TableVerdict | undefined => {
  const chain = walk.table.chains.get(name);
  if (chain === undefined) return undefined;
  // A goto leaves no way back to here: the end of its chain returns to the last jump.
  if (how === 'goto' && walk.stack.length > 1) walk.stack.pop();
  else if (how === 'goto') {
    const base = walk.stack[0];
    if (base !== undefined) base.next = base.chain.rules.length;
  }
  walk.stack.push({ chain, next: 0 });
  return undefined;
};

const leave = (walk: Walk): TableVerdict | undefined => {
  const frame = walk.stack.at(-1);
  if (walk.stack.length > 1) {
    walk.stack.pop();
    return undefined;
  }
  return frame === undefined ? { kind: 'accept' } : applyPolicy(walk, frame.chain, 'policy');
};

const carryOut = (
  walk: Walk,
  outcome: TargetOutcome,
  place: RulePlace,
  note: (effect: RuleEffect) => void,
): TableVerdict | undefined => {
  const change = (changes: readonly Change[]): NotModelled | undefined => {
    for (const one of changes) {
      const missing = applyChange(walk.environment, walk.flight, one, walk.context);
      if (missing !== undefined) return missing;
    }
    return undefined;
  };
  switch (outcome.kind) {
    case 'continue':
    case 'accept': {
      note(outcome.kind === 'accept' ? { kind: 'accept' } : { kind: 'continue', changes: outcome.changes });
      const missing = change(outcome.changes);
      if (missing !== undefined) return { kind: 'not-modelled', what: missing.what, place };
      return outcome.kind === 'accept' ? { kind: 'accept' } : undefined;
    }
    case 'drop':
      note({ kind: 'drop' });
      return { kind: 'drop', by: 'rule', place };
    case 'queue':
      note({ kind: 'queue', queue: outcome.queue });
      return { kind: 'queue', queue: outcome.queue, bypass: outcome.bypass };
    case 'reject':
      note({ kind: 'reject', with: outcome.with });
      return { kind: 'reject', with: outcome.with, place };
    case 'translate':
    case 'masquerade':
    case 'redirect':
    case 'map-network':
      note({ kind: 'translate' });
      return { kind: 'translate', outcome, place };
    case 'transparent-proxy':
      note({ kind: 'not-modelled', what: 'TPROXY' });
      return { kind: 'not-modelled', what: 'TPROXY needs a transparent socket', place };
    case 'not-modelled':
      note({ kind: 'not-modelled', what: outcome.what });
      return { kind: 'not-modelled', what: outcome.what, place };
  }
};
