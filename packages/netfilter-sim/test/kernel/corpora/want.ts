import type { InterfaceTest } from '../../../src/ruleset/iptables/extension/interface-test.ts';
import type { Match } from '../../../src/ruleset/iptables/matches/index.ts';
import type { AddressTest, Rule, RuleSet } from '../../../src/ruleset/iptables/values/rule-set.ts';
import type { Hook } from '../../../src/ruleset/shared/hooks.ts';
import { isBuiltInChain } from '../../../src/ruleset/shared/hooks.ts';
import { deviceFor, placedRules } from '../../support/corpora.ts';
import type { PlacedRule } from '../../support/corpora.ts';
import type { Random } from './random.ts';

/** What a packet must be like to come to a rule and to pass its tests, as far as those say. */
export interface Want {
  readonly hook: Hook;
  readonly source?: AddressTest;
  readonly destination?: AddressTest;
  readonly inDevice?: string;
  readonly outDevice?: string;
  readonly protocol?: number;
  readonly sport?: number;
  readonly dport?: number;
  readonly icmp?: { readonly type: number; readonly code: number };
  readonly flags?: number;
}

type Tests = Omit<Want, 'hook'>;

/** By one of the ways that lead to the rule; `undefined` where none does. */
export const wantOf = (ruleSet: RuleSet, placed: PlacedRule, random: Random): Want | undefined => {
  const { table, chain, rule } = placed;
  const tests = testsOf(rule, random);
  if (isBuiltInChain(table, chain.name)) return { hook: chain.name, ...tests };
  const callers = placedRules(ruleSet).filter(
    (caller) =>
      caller.table === table &&
      (caller.rule.target.kind === 'jump' || caller.rule.target.kind === 'goto') &&
      caller.rule.target.chain === chain.name,
  );
  const caller = random.one(callers);
  const before = caller === undefined ? undefined : wantOf(ruleSet, caller, random);
  return before === undefined ? undefined : { ...before, ...tests };
};

const testsOf = (rule: Rule, random: Random): Tests => {
  const { source, destination, inInterface, outInterface, protocol } = rule;
  const found: Tests[] = [
    source === undefined ? {} : { source },
    destination === undefined ? {} : { destination },
    deviceIn('inDevice', inInterface),
    deviceIn('outDevice', outInterface),
    protocol === undefined || protocol.inverted ? {} : { protocol: protocol.number },
    ...rule.matches.map((match) => testsOfMatch(match, random)),
  ];
  return Object.assign({}, ...found) as Tests;
};

const deviceIn = (side: 'inDevice' | 'outDevice', test: InterfaceTest | undefined): Tests => {
  const name = deviceFor(test);
  return name === undefined ? {} : { [side]: name };
};

const testsOfMatch = (match: Match, random: Random): Tests => {
  if (match.kind === 'tcp' || match.kind === 'udp') {
    const sport = match.sport === undefined ? {} : { sport: random.between(match.sport.ports) };
    const dport = match.dport === undefined ? {} : { dport: random.between(match.dport.ports) };
    return { ...sport, ...dport, ...(match.kind === 'tcp' && match.flags !== undefined ? { flags: match.flags.set } : {}) };
  }
  if (match.kind === 'multiport') {
    const ports = random.one(match.ports);
    return ports === undefined ? {} : { [match.side === 'source' ? 'sport' : 'dport']: random.between(ports) };
  }
  if ((match.kind === 'icmp' || match.kind === 'icmp6') && match.type !== 'any') return { icmp: { type: match.type, code: match.codes.min } };
  return {};
};
