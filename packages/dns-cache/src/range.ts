/** A text, which callers without types take for it. @throws RangeError */
export const checkCorefile = (corefile: unknown): void => {
  if (typeof corefile === 'object' && corefile !== null && 'blocks' in corefile) return;
  throw new RangeError(`corefile is what parseCorefile gives, not ${typeof corefile === 'string' ? 'a text' : String(corefile)}`);
};

/** What a caller without types gave instead, for an error. */
const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return `${/^[aeiou]/i.test(value.constructor.name) ? 'an' : 'a'} ${value.constructor.name}`;
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
};

/** A file read without its encoding is octets, and they look like a text to most of what is done with one. @throws TypeError */
export const checkText = (what: string, value: unknown): void => {
  if (typeof value !== 'string') throw new TypeError(`${what} is a text, not ${kindOf(value)}`);
};

/** What has no octets reads as zeros. @throws TypeError */
export const checkOctets = (what: string, value: unknown): void => {
  if (Object.prototype.toString.call(value) !== '[object Uint8Array]') throw new TypeError(`${what} is a Uint8Array, not ${kindOf(value)}`);
};

/** With a time that is none a clock would stand still, and an entry stay for ever. @throws RangeError */
export const checkTime = (what: string, ms: number): void => {
  if (!Number.isFinite(ms)) throw new RangeError(`${what} is a number of milliseconds, not ${ms}`);
};

/** For arguments of a caller. @returns the number @throws RangeError that names what it is, and its range */
export const wholeNumber = (what: string, value: number, least: number, most: number): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${what} is a whole number from ${least} to ${most}, not ${value}`);
};
