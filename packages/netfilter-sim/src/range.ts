/** What a caller without types gave instead, for an error. */
const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return `${/^[aeiou]/i.test(value.constructor.name) ? 'an' : 'a'} ${value.constructor.name}`;
  return `a ${typeof value}`;
};

/** A file read without its encoding is octets. @throws TypeError */
export const checkText = (what: string, value: unknown): void => {
  if (typeof value !== 'string') throw new TypeError(`${what} is a text, not ${kindOf(value)}`);
};

/** For arguments of a caller. @returns the number @throws RangeError that names what it is, and its range */
export const wholeNumber = (what: string, value: number, least: number, most: number): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${what} is a whole number from ${least} to ${most}, not ${value}`);
};
