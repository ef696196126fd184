declare const instant: unique symbol;
declare const duration: unique symbol;

/** A moment on the monotonic clock of the world, in milliseconds since its start. */
export type Instant = number & { readonly [instant]: true };

/** A length of time in milliseconds. */
export type Duration = number & { readonly [duration]: true };

/** A time that is none would be neither over nor to come. */
const known = (unit: string, value: number): number => {
  if (typeof value !== 'number' || Number.isNaN(value)) throw new RangeError(`a time is a number of ${unit}, not ${String(value)}`);
  return value;
};

/** The moment so many milliseconds after the clock's start. @throws RangeError for NaN */
export const atMs = (ms: number): Instant => known('milliseconds', ms) as Instant;
/** So many milliseconds. @throws RangeError for NaN */
export const milliseconds = (ms: number): Duration => known('milliseconds', ms) as Duration;
/** So many seconds; `s` may have a fraction. @throws RangeError for NaN */
export const seconds = (s: number): Duration => (known('seconds', s) * 1000) as Duration;

/** The moment so long after another. */
export const later = (from: Instant, by: Duration): Instant => (from + by) as Instant;
/** How long it is from one moment to another. */
export const elapsed = (from: Instant, to: Instant): Duration => (to - from) as Duration;
