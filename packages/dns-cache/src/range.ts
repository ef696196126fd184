/** A text, which callers without types take for it. @throws RangeError */
export const checkCorefile = (corefile: unknown): void => {
  if (typeof corefile === 'object' && corefile !== null && 'blocks' in corefile) return;
  throw new RangeError(`corefile is what parseCorefile gives, not ${typeof corefile === 'string' ? 'a text' : String(corefile)}`);
};

/** For arguments of a caller. @returns the number @throws RangeError that names what it is, and its range */
export const wholeNumber = (what: string, value: number, least: number, most: number): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${what} is a whole number from ${least} to ${most}, not ${value}`);
};
