import { packetBytes } from '../packet/packet.ts';
import { evaluateNftRule } from '../ruleset/nftables/evaluate.ts';
import type { NftContext, SetChange, SetChanges } from '../ruleset/nftables/context.ts';
import type { RuleOutcome } from '../ruleset/nftables/outcome.ts';
import { printNftPlace } from '../ruleset/nftables/place.ts';
import type { NftPlace } from '../ruleset/nftables/place.ts';
import { printNftRule } from '../ruleset/nftables/print.ts';
import type { NftChain, NftRule, NftSet, NftTable } from '../ruleset/nftables/rule-set.ts';
import type { Change } from '../ruleset/evaluation.ts';
import type { RuleEffect } from '../trace/step.ts';
import { applyChange } from './change.ts';
import { tableContext } from './context.ts';
import type { TableContext } from './context.ts';
import type { Environment } from './environment.ts';
import type { Flight } from './flight.ts';
import type { NftFunction } from './schedule.ts';
import type { TableVerdict } from './tables.ts';

interface Frame {
  readonly chain: NftChain;
  /** Index of the rule to look at next. */
  next: number;
}

interface Walk {
  readonly environment: Environment;
  readonly flight: Flight;
  readonly at: NftFunction;
  readonly seen: TableContext;
  /** The chain being read is last; the ones before it wait for its return. */
  readonly stack: Frame[];
  /** The packet was printed for this base chain. */
  shown: boolean;
}

/** `nft_do_chain` (net/netfilter/nf_tables_core.c, 6.12): one base chain, and where it leads, for one packet. */
export const runBaseChain = (environment: Environment, flight: Flight, at: NftFunction): TableVerdict => {
  // The name of the table serves matches of iptables alone.
  const seen = tableContext(environment, flight, 'filter', at.hook);
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
  const outcome = evaluateNftRule(rule, contextOf(walk, place, changes));
  if (walk.seen.unknown !== undefined) return notModelled(walk, place, rule, walk.seen.unknown);
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

const notModelled = (walk: Walk, place: NftPlace, rule: NftRule, what: string): TableVerdict => ({
  kind: 'not-modelled',
  what: `${what}, in ${printNftPlace(place)} (${printNftRule(rule, walk.at.table.family)}),`,
  place,
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
      return enter(walk, outcome.chain, outcome.kind);
    case 'return':
      note({ kind: 'return' });
      walk.stack.pop();
      return undefined;
    case 'accept':
      note({ kind: 'accept' });
      return { kind: 'accept' };
    case 'drop':
      note({ kind: 'drop' });
      return { kind: 'drop', by: 'rule', place };
    case 'queue':
      note({ kind: 'queue', queue: outcome.queue });
      return outcome;
    case 'reject':
      note(outcome);
      return { ...outcome, place };
    case 'translate':
    case 'masquerade':
    case 'redirect':
    case 'map-network':
      note({ kind: 'translate' });
      return { kind: 'translate', outcome, place };
    case 'transparent-proxy':
      return notModelled(walk, place, rule, 'tproxy');
    case 'not-modelled':
      note(outcome);
      return notModelled(walk, place, rule, outcome.what);
  }
};

/** A goto leaves no way back to here. */
const enter = (walk: Walk, name: string, how: 'jump' | 'goto'): undefined => {
  const chain = walk.at.table.chains.get(name);
  if (how === 'goto') walk.stack.pop();
  if (chain !== undefined) walk.stack.push({ chain, next: 0 });
};

const NO_CHANGES: SetChanges = {};

const contextOf = (
  { environment, flight, at: { table }, seen }: Walk,
  place: NftPlace,
  changes: Change[],
): NftContext => {
  const { state, chance } = environment;
  const memoryKey = ({ name }: NftSet): string => `nft set ${table.family} ${table.name} ${name}`;
  return {
    seen,
    table,
    place,
    draw: (below) => chance.integer(below),
    change(change) {
      changes.push(change);
      return applyChange(environment, flight, change, seen);
    },
    count(name) {
      const key = nftCounterKey(name === undefined ? place : { ...place, name });
      const { packets, bytes } = state.counters.get(key) ?? { packets: 0, bytes: 0 };
      state.counters.set(key, { packets: packets + 1, bytes: bytes + packetBytes(flight.packet) });
    },
    setChanges: (set) => (state.memory.get(memoryKey(set)) as SetChanges | undefined) ?? NO_CHANGES,
    noteSetChange(set, key, change) {
      const known = state.memory.get(memoryKey(set)) as Record<string, SetChange> | undefined;
      if (known === undefined) state.memory.set(memoryKey(set), { [key]: change });
      else known[key] = change;
    },
  };
};

/** Key of a rule's counter in the state, or of a named one. */
export const nftCounterKey = (
  of: NftPlace | { readonly family: NftTable['family']; readonly table: string; readonly name: string },
): string => ('name' in of ? `nft ${of.family} ${of.table} counter ${of.name}` : `nft ${printNftPlace(of)}`);
