import * as fc from 'fast-check';
import { oneOf, weighted } from '../../../src/arbitraries/words.ts';
import type { PacketPlan } from './packets.ts';
import type { RuleSetPlan } from './rules.ts';

/** What asks for whole datagrams, by the words of a rule. */
const WANTS_WHOLE = /conntrack|-m state|connmark|CONNMARK|-j CT|-j NOTRACK|-m socket|TPROXY/;

/** Rules that see pieces as they come: conntrack and the nat table, which needs it, put them together before. */
export const withoutConntrack = ({ rules, dropping }: RuleSetPlan): RuleSetPlan => ({
  rules: rules.filter(({ table, text }) => table !== 'nat' && !WANTS_WHOLE.test(text)),
  dropping,
  usesConntrack: false,
});

/** Which of the packets are pieces, by their places: for each a piece, or none. */
const pieces = fc.array(weighted<'first' | 'later' | undefined>([2, fc.constant(undefined)], [1, oneOf('first', 'later')]), { minLength: 10, maxLength: 10 });

/**
 * Pieces of datagrams, in one case of many, without the others of the same: so none is ever put together. What is known of
 * the answer to a piece is too little to send one.
 */
export const fragments: fc.Arbitrary<readonly ('first' | 'later' | undefined)[] | undefined> = weighted([40, fc.constant(false)], [1, fc.constant(true)]).chain((some) =>
  some ? pieces : fc.constant(undefined),
);

export const inPieces = (plans: readonly PacketPlan[], by: readonly ('first' | 'later' | undefined)[]): readonly PacketPlan[] =>
  plans
    .filter(({ kind }) => kind === 'fresh' || kind === 'wait')
    .map((plan, at) => {
      const fragment = by[at];
      if (plan.kind !== 'fresh' || fragment === undefined) return plan;
      // A piece has whole units of eight octets, of all but the header of TCP.
      return { kind: 'fresh', packet: { ...plan.packet, payload: 24, fragment } };
    });
