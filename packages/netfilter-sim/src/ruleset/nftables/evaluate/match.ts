import { notModelled } from '../../shared/not-modelled.ts';
import type { Operand } from '../values/expression.ts';
import type { Comparison, Statement } from '../values/statement.ts';
import type { NftContext } from './context.ts';
import { evaluateExpression } from './expression.ts';
import { holdsElement, lookUp } from './lookup.ts';
import { GO_ON, STOP } from './outcome.ts';
import type { StatementOutcome } from './outcome.ts';
import { fits } from './value.ts';
import type { Part } from './value.ts';

/** Holds the left side against the right one (nft_cmp.c, nft_range.c, nft_bitwise.c and nft_lookup.c, 6.12). */
export const evaluateMatch = (
  { comparison, left, right }: Extract<Statement, { kind: 'match' }>,
  context: NftContext,
  position: string,
): StatementOutcome => {
  const value = evaluateExpression(left, context, position);
  if (value.kind !== 'value') return value.kind === 'break' ? STOP : value;
  const holds = compare(comparison, value.parts, right, context);
  if (typeof holds !== 'boolean') return holds;
  return holds ? GO_ON : STOP;
};

const compare = (
  comparison: Comparison,
  parts: readonly Part[],
  right: Operand,
  context: NftContext,
): boolean | StatementOutcome => {
  switch (right.kind) {
    case 'set': {
      const found = lookUp(right.set, parts, context);
      if (found.kind === 'not-modelled') return found;
      if (found.kind === 'found' && !holdsElement(found, context)) return false;
      return (found.kind === 'found') !== (comparison === '!=');
    }
    case 'presence':
      return ((parts[0] !== '') === right.present) !== (comparison === '!=');
    case 'flags':
      return compareBits(comparison, parts[0], right.bits);
    case 'parts': {
      const unknown = right.parts.find((part) => part.kind === 'unknown');
      if (unknown !== undefined) return notModelled(`"${unknown.text}"`);
      const [part] = right.parts;
      if (right.parts.length === 1 && part?.kind === 'value' && typeof part.value === 'bigint')
        return compareBits(comparison, parts[0], part.value);
      return (
        right.parts.every((component, at) => {
          const own = parts[at];
          return own !== undefined && fits(own, component);
        }) !==
        (comparison === '!=')
      );
    }
    case 'not-modelled':
      return notModelled(right.text);
  }
};

/** What is not seen differs from every number. */
const compareBits = (comparison: Comparison, part: Part | undefined, bits: bigint): boolean => {
  if (typeof part !== 'bigint') return comparison === '!=';
  switch (comparison) {
    case '==':
      return part === bits;
    case '!=':
      return part !== bits;
    case '<':
      return part < bits;
    case '>':
      return part > bits;
    case '<=':
      return part <= bits;
    case '>=':
      return part >= bits;
    case 'in':
      return (part & bits) !== 0n;
    case '!':
      return (part & bits) === 0n;
  }
};
