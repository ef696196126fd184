/** For arguments of a caller. @returns the number @throws RangeError that names what it is, and its range */
export const wholeNumber = (what: string, value: number, least: number, most: number): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${what} is a whole number from ${least} to ${most}, not ${value}`);
};
