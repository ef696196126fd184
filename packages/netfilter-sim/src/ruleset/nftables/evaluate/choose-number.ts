import type { NftContext } from './context.ts';

/** Up to here each number is a question of its own, which an explorer can answer in every way. */
const ASKED_MAX = 64;

/** As a row of yes-or-no questions with the chances that make every number equally likely. */
export const chooseNumber = (name: string, modulus: number, context: NftContext): number => {
  const { seen } = context;
  if (modulus > ASKED_MAX) return seen.draw(modulus);
  for (let candidate = 0; candidate < modulus - 1; candidate += 1) {
    const what = `${name} mod ${modulus} is ${candidate}`;
    if (seen.choose({ kind: 'chance', what, probability: 1 / (modulus - candidate) })) return candidate;
  }
  return modulus - 1;
};
