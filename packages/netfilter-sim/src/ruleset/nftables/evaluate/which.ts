import { notModelled } from '../../shared/not-modelled.ts';
import { printExpression } from '../print/expression.ts';
import { printParts } from '../print/value.ts';
import { typesOf } from '../values/expression.ts';
import type { Expression } from '../values/expression.ts';
import type { NftContext } from './context.ts';
import type { Found } from './lookup.ts';

/** Up to here each element is a question of its own. */
const ASKED_MAX = 64;

/** Asks which element of a map a packet leads to, where that is not known: a row of yes-or-no questions. */
export const which = (
  found: Found,
  key: Expression,
  { seen }: NftContext,
): Exclude<Found, { kind: 'unknown' }> => {
  if (found.kind !== 'unknown') return found;
  const { what, candidates, otherwise } = found;
  if (candidates.length > ASKED_MAX) return notModelled(what);
  for (const element of candidates) {
    const written = element.key === 'any' ? '*' : printParts(element.key, typesOf(key));
    if (seen.choose({ kind: 'unknown', what: `whether ${printExpression(key)} is ${written}` }))
      return { kind: 'found', element, bucket: '' };
  }
  return otherwise === undefined ? { kind: 'absent' } : { kind: 'found', element: otherwise, bucket: '' };
};
