import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';
import type { NftFunction } from '../../hooks/schedule.ts';
import type { NftContext, SetChange, SetChanges } from '../../ruleset/nftables/evaluate/context.ts';
import type { RuleOutcome } from '../../ruleset/nftables/evaluate/outcome.ts';
import { evaluateNftRule } from '../../ruleset/nftables/evaluate/rule.ts';
import { printNftRule } from '../../ruleset/nftables/print/rule.ts';
import type { NftPlace } from '../../ruleset/nftables/values/place.ts';
import type { NftChain, NftRule, NftSet } from '../../ruleset/nftables/values/rule-set.ts';
import type { Change } from '../../ruleset/shared/outcome.ts';
import type { NamedRule } from '../../trace/disposition.ts';
import type { RuleEffect } from '../../trace/step.ts';
import { applyChange } from './change.ts';
import { printRulePlace, TableContext } from './context.ts';
import { nftCounterKey, countPacket } from './counters.ts';
import { enter } from './stack.ts';
import type { Stack } from './stack.ts';
import { conclude } from './verdict.ts';
import type { TableVerdict } from './verdict.ts';

interface Walk {
  readonly environment: Environment;
  readonly flight: Flight;
  readonly at: NftFunction;
  readonly seen: TableContext;
  readonly stack: Stack<NftChain>;
  /** The packet was printed for this base chain. */
  shown: boolean;
}

/** `nft_do_chain` (net/netfilter/nf_tables_core.c, 6.12): one base chain, and where it leads, for one packet. */
export const runBaseChain = (environment: Environment, flight: Flight, at: NftFunction): TableVerdict => {
  // The name of the table serves matches of iptables alone.
  const seen = new TableContext(environment, flight, 'filter', at.hook);
  const walk: Walk = { environment, flight, at, seen, stack: [{ chain: at.chain, next: 0 }], shown: false };
  for (;;) {
    const verdict = nextRule(walk);
    if (verdict !== undefined) return verdict;
  }
};

const placeIn = ({ at: { table } }: Walk, { name }: NftChain, handle: number): NftPlace => ({
  family: table.family,
  table: table.name,
  chain: name,
  handle,
});

/** Looks at one rule, or at a chain's end. `undefined`: go on. */
const nextRule = (walk: Walk): TableVerdict | undefined => {
  const frame = walk.stack.at(-1);
  if (frame === undefined) return applyPolicy(walk);
  const rule = frame.chain.rules[frame.next];
  if (rule === undefined) {
    walk.stack.pop();
    return undefined;
  }
  frame.next += 1;
  const place = placeIn(walk, frame.chain, rule.handle);
  const changes: Change[] = [];
  const note = recorder(walk, place, () => printNftRule(rule, walk.at.table.family));
  walk.seen.at = place;
  const outcome = evaluateNftRule(rule, contextOf(walk, place, changes));
  if (walk.seen.unknown !== undefined) return { kind: 'not-modelled', ...walk.seen.unknown, rule: nameRule(walk, rule, place) };
  return act(walk, outcome, { place, rule, changes, note });
};

const applyPolicy = (walk: Walk): TableVerdict => {
  const { chain } = walk.at;
  const { policy } = chain.base;
  const place = placeIn(walk, chain, 0);
  recorder(walk, place, () => `policy ${policy}`)({ kind: policy });
  return policy === 'accept' ? { kind: 'accept' } : { kind: 'drop', by: 'policy', place };
};

/** Keeps the packet as the rule met it; whether the rule is traced shows only behind it. */
const recorder = (walk: Walk, place: NftPlace, text: () => string): ((effect: RuleEffect) => void) => {
  const { flight, seen, at, environment } = walk;
  const before = { packet: flight.packet, inDevice: seen.inDevice, outDevice: seen.outDevice, markBefore: flight.mark };
  return (effect) => {
    const { traced } = flight;
    environment.trace.push({
      kind: 'nft-rule',
      hook: at.hook,
      ...place,
      base: at.chain.name,
      text: text(),
      effect,
      traced,
      showsPacket: traced && !walk.shown,
      ...before,
    });
    walk.shown ||= traced;
  };
};

const nameRule = (walk: Walk, rule: NftRule, place: NftPlace): NamedRule => ({
  place: printRulePlace(place),
  text: printNftRule(rule, walk.at.table.family),
});

interface Looked {
  readonly place: NftPlace;
  readonly rule: NftRule;
  readonly changes: readonly Change[];
  readonly note: (effect: RuleEffect) => void;
}

const act = (walk: Walk, outcome: RuleOutcome, { place, rule, changes, note }: Looked): TableVerdict | undefined => {
  switch (outcome.kind) {
    case 'no-match':
      return undefined;
    case 'continue':
      note({ kind: 'continue', changes });
      return undefined;
    case 'jump':
    case 'goto':
      note(outcome);
      enter(walk.stack, walk.at.table.chains.get(outcome.chain), outcome.kind);
      return undefined;
    case 'return':
      note({ kind: 'return' });
      walk.stack.pop();
      return undefined;
    case 'accept':
    case 'drop':
    case 'queue':
    case 'reject':
    case 'answer-open':
    case 'translate':
    case 'masquerade':
    case 'redirect':
    case 'map-network':
      return conclude(outcome, place, note);
    case 'not-modelled':
      note(outcome);
      return { ...outcome, rule: nameRule(walk, rule, place) };
  }
};

const NO_CHANGES: SetChanges = {};

const contextOf = (
  { environment, flight, at: { table }, seen }: Walk,
  place: NftPlace,
  changes: Change[],
): NftContext => {
  const { state } = environment;
  const counterOf = (name: string | undefined): string => nftCounterKey(name === undefined ? place : { ...place, name });
  const memoryKey = ({ name }: NftSet): string => `nft set ${table.family} ${table.name} ${name}`;
  return {
    seen,
    table,
    place,
    change(change) {
      changes.push(change);
      return applyChange(environment, flight, change, seen);
    },
    count: (name) => countPacket(state, counterOf(name), flight.packet),
    mayCount: (name) => {
      state.doubtful.add(counterOf(name));
    },
    setChanges: (set) => (state.memory.get(memoryKey(set)) as SetChanges | undefined) ?? NO_CHANGES,
    noteSetChange(set, key, change) {
      const known = state.memory.get(memoryKey(set)) as Record<string, SetChange> | undefined;
      if (known === undefined) state.memory.set(memoryKey(set), { [key]: change });
      else known[key] = change;
    },
  };
};
