import { protocolOf } from '../../../packet/packet.ts';
import { liesIn } from '../../shared/address-values.ts';
import type { PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';
import type { MatchResult, TargetOutcome } from '../../shared/outcome.ts';
import { holdsInterfaceTest } from '../extension/interface-test.ts';
import { matchModule } from '../matches/index.ts';
import type { Match } from '../matches/index.ts';
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
 * that does not say `match`. A match that remembers packets does so only if it is reached. What is not known is
 * asked for only where no match behind it fails anyway.
 * `memoryKey` names the rule: no other rule of the rule set may use it.
 */
export const ruleMatches = (rule: Rule, context: PacketContext, memoryKey: string): Exclude<MatchResult, NotModelled> => {
  if (!matchesBase(rule, context)) return 'no-match';
  for (const [index, match] of rule.matches.entries()) {
    const result = evaluateMatch(match, context, `${memoryKey}:${index}`);
    if (typeof result === 'string') {
      if (result !== 'match') return result;
    } else if ((result.mayDrop !== true && failsBehind(rule.matches, index, context, memoryKey)) || !context.choose({ kind: 'unknown', what: result.what })) {
      return 'no-match';
    }
  }
  return 'match';
};

const evaluateMatch = (match: Match, context: PacketContext, memoryKey: string): MatchResult => {
  const result = matchModule(match).evaluate(match, context, memoryKey);
  return context.forgot() ? notModelled(`what ${match.kind} remembers`) : result;
};

/** False and unknown is false, unless a match in between would drop the packet. */
const failsBehind = (
  matches: readonly Match[],
  unknown: number,
  context: PacketContext,
  memoryKey: string,
): boolean => {
  const peek = context.peek();
  for (const [index, match] of matches.entries()) {
    if (index <= unknown) continue;
    const result = peek.answer(() => matchModule(match).evaluate(match, context, `${memoryKey}:${index}`));
    if (result === 'hotdrop') return false;
    if (result === 'no-match') {
      peek.leaveOpen();
      return true;
    }
  }
  return false;
};

/** What an extension target asks for. */
export const applyTarget = (target: Target, context: PacketContext): TargetOutcome =>
  targetModule(target).apply(target, context);
