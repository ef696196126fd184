import { protocolOf } from '../../../packet/packet.ts';
import { liesIn } from '../../shared/address-values.ts';
import type { PacketContext } from '../../shared/context.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchResult, TargetOutcome } from '../../shared/outcome.ts';
import { holdsInterfaceTest } from '../extension/interface-test.ts';
import { matchModule } from '../matches/index.ts';
import { targetModule } from '../targets/index.ts';
import type { Target } from '../targets/index.ts';
import type { Rule } from '../values/rule-set.ts';

/** The tests that every rule may have (ip_packet_match, net/ipv4/netfilter/ip_tables.c). */
export const matchesBase = (rule: Rule, context: PacketContext): boolean => {
  const { packet } = context;
  const { source, destination, protocol, fragment } = rule;
  return (
    (source === undefined || liesIn(packet.src, source) !== source.inverted) &&
    (destination === undefined || liesIn(packet.dst, destination) !== destination.inverted) &&
    holdsInterfaceTest(rule.inInterface, context.inDevice) &&
    holdsInterfaceTest(rule.outInterface, context.outDevice) &&
    (protocol === undefined || (protocolOf(packet) === protocol.number) !== protocol.inverted) &&
    (fragment === undefined || (packet.fragment === 'later') !== fragment.inverted)
  );
};

/**
 * Whether the packet meets the rule: base tests, then matches from left to right up to the first
 * that does not say `match`. A match that remembers packets does so only if it is reached.
 * `memoryKey` names the rule: no other rule of the rule set may use it.
 */
export const ruleMatches = (rule: Rule, context: PacketContext, memoryKey: string): MatchResult => {
  if (!matchesBase(rule, context)) return 'no-match';
  for (const [index, match] of rule.matches.entries()) {
    const result = matchModule(match).evaluate(match, context, `${memoryKey}:${index}`);
    const settled = context.forgot()
      ? answer(context.choose({ kind: 'unknown', what: `what ${match.kind} remembers` }))
      : result;
    if (settled !== 'match') return settled;
  }
  return 'match';
};

/** What an extension target asks for. */
export const applyTarget = (target: Target, context: PacketContext): TargetOutcome =>
  targetModule(target).apply(target, context);
