/** For arguments of a caller. @returns the number @throws RangeError that names what it is, and its range */
export const wholeNumber = (what: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${what} is a whole number from ${least} to ${most}, not ${value}`);
};

/** One that may have a fraction, and is not infinite. @returns it @throws RangeError that names what it is, and its range */
export const numberWithin = (what: string, value: number, least: number, most = Number.MAX_VALUE): number => {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new RangeError(`${what} is a number from ${least}${most === Number.MAX_VALUE ? '' : ` to ${most}`}, not ${value}`);
};

/** @throws RangeError where one could not listen there */
export const checkPort = (what: string, value: number): void => void wholeNumber(what, value, 1, 0xffff);
