import { UINT32_MAX } from './numbers.ts';
import type { Interval } from './numbers.ts';

/** 32 bits, unsigned, of which those in `known` count; the others of `value` are 0. */
export interface PartialWord {
  readonly value: number;
  readonly known: number;
}

export const UNKNOWN_WORD: PartialWord = { value: 0, known: 0 };

/** The lowest 32 bits of a number. */
export const knownWord = (value: number): PartialWord => ({ value: value >>> 0, known: UINT32_MAX });

/** The number, where all of its bits are known. */
export const numberOf = ({ value, known }: PartialWord): number | undefined => (known === UINT32_MAX ? value : undefined);

const partial = (value: number, known: number): PartialWord => ({ value: (value & known) >>> 0, known: known >>> 0 });

/** A bit that is 0 on one side is 0, whatever the other. */
export const and = (a: PartialWord, b: PartialWord): PartialWord =>
  partial(a.value & b.value, (a.known & b.known) | (a.known & ~a.value) | (b.known & ~b.value));

/** A bit that is 1 on one side is 1, whatever the other. */
export const or = (a: PartialWord, b: PartialWord): PartialWord =>
  partial(a.value | b.value, (a.known & b.known) | a.value | b.value);

export const exclusiveOr = (a: PartialWord, b: PartialWord): PartialWord => partial(a.value ^ b.value, a.known & b.known);

/** By 0 to 31 bits; what comes in is 0. */
export const shiftLeft = ({ value, known }: PartialWord, bits: number): PartialWord =>
  partial(value << bits, (known << bits) | ~(UINT32_MAX << bits));

export const shiftRight = ({ value, known }: PartialWord, bits: number): PartialWord =>
  partial(value >>> bits, (known >>> bits) | ~(UINT32_MAX >>> bits));

/** Whether the number lies in the range; `undefined`: that depends on bits that are not known. */
export const liesBetween = ({ value, known }: PartialWord, { min, max }: Interval): boolean | undefined => {
  const most = (value | ~known) >>> 0;
  if (value >= min && most <= max) return true;
  if (most < min || value > max) return false;
  return min === max && ((min ^ value) & known) !== 0 ? false : undefined;
};
