import { notModelled } from '../../shared/not-modelled.ts';
import type { Expression } from '../values/expression.ts';
import { printNftPlace } from '../values/place.ts';
import { chooseNumber } from './choose-number.ts';
import type { NftContext } from './context.ts';
import { number } from './value.ts';
import type { Value } from './value.ts';

type Numgen = Extract<Expression, { kind: 'numgen' }>;

/** net/netfilter/nft_numgen.c, 6.12: a number by chance, or one after the other. */
export const evaluateNumgen = (numgen: Numgen, context: NftContext, position: string): Value => {
  const { mode, modulus, offset } = numgen;
  if (mode === 'random') return number(offset + chooseNumber('numgen random', modulus, context));
  const { seen, place } = context;
  const counter = seen.memory(`nft ${printNftPlace(place)} ${position}`, () => ({ next: 0 }));
  if (seen.forgot()) return notModelled('the last number of numgen inc');
  // nft_ng_inc_gen: the counter begins at the last number, so that the first packet gets 0.
  const given = counter.next;
  counter.next = (given + 1) % modulus;
  return number(offset + given);
};
