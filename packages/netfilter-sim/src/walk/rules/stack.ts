/** A chain that is being read, and the index of the rule to look at next. */
interface Frame<Chain> {
  readonly chain: Chain;
  next: number;
}

/** The chain being read is last; the ones before it wait for its return. When none is left, the base chain's policy decides. */
export type Stack<Chain> = Frame<Chain>[];

/** Goes on in a chain. A goto leaves no way back to here: the end of its chain returns to the last jump. */
export const enter = <Chain>(stack: Stack<Chain>, chain: Chain | undefined, how: 'jump' | 'goto'): void => {
  if (chain === undefined) return;
  if (how === 'goto') stack.pop();
  stack.push({ chain, next: 0 });
};
