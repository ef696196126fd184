import { notModelled } from '../../shared/not-modelled.ts';
import type { Operand } from '../values/expression.ts';
import type { Comparison, Statement } from '../values/statement.ts';
import type { NftContext } from './context.ts';
import { evaluateExpression } from './expression.ts';
import { holdsElement, lookUp } from './lookup.ts';
import { not } from './truth.ts';
import type { Truth } from './truth.ts';
import { fitsAll, isUnknown } from './value.ts';
import type { Part, UnknownPart } from './value.ts';

/** Holds the left side against the right one (nft_cmp.c, nft_range.c, nft_bitwise.c and nft_lookup.c, 6.12). */
export const evaluateMatch = (
  { comparison, left, right }: Extract<Statement, { kind: 'match' }>,
  context: NftContext,
  position: string,
): Truth => {
  const value = evaluateExpression(left, context, position);
  switch (value.kind) {
    case 'break':
      return false;
    case 'not-modelled':
      return compare(comparison, [value], right, context);
    case 'value':
      return compare(comparison, value.parts, right, context);
  }
};

/** Bits that are known differently are enough to tell that two numbers differ. */
const compareKnownBits = (comparison: Comparison, part: UnknownPart, bits: bigint): Truth => {
  const { known = 0n, value = 0n, someOf } = part.bits ?? {};
  const differs = (bits & known) !== value || (someOf !== undefined && bits === 0n);
  switch (comparison) {
    case '==':
      return differs ? false : part;
    case '!=':
      return differs ? true : part;
    case 'in':
      if ((value & bits) !== 0n) return true;
      return (bits & ~known) === 0n ? false : part;
    case '!':
      if ((value & bits) !== 0n) return false;
      return (bits & ~known) === 0n ? true : part;
    case '<':
    case '>':
    case '<=':
    case '>=':
      return part;
  }
};

const compare = (comparison: Comparison, parts: readonly Part[], right: Operand, context: NftContext): Truth => {
  const inverted = comparison === '!=';
  const turned = (truth: Truth): Truth => (inverted ? not(truth) : truth);
  switch (right.kind) {
    case 'set': {
      const found = lookUp(right.set, parts, context);
      switch (found.kind) {
        case 'not-modelled':
          return found;
        case 'unknown':
          return notModelled(found.what);
        case 'absent':
          return inverted;
        case 'found': {
          // A limit inside an element that says no ends the rule, whichever way the test is.
          const holds = holdsElement(found, context);
          return holds === true ? !inverted : holds;
        }
      }
      break;
    }
    case 'presence': {
      const [part] = parts;
      return isUnknown(part) ? part : ((part !== '') === right.present) !== inverted;
    }
    case 'flags':
      return compareBits(comparison, parts[0], right.bits);
    case 'parts': {
      const [part] = right.parts;
      if (right.parts.length === 1 && part?.kind === 'value' && typeof part.value === 'bigint')
        return compareBits(comparison, parts[0], part.value);
      return turned(fitsAll(parts, right.parts));
    }
    case 'not-modelled':
      return notModelled(right.text);
  }
};

const compareBits = (comparison: Comparison, part: Part | undefined, bits: bigint): Truth => {
  if (isUnknown(part)) return compareKnownBits(comparison, part, bits);
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
