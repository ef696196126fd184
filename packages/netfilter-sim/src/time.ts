declare const instant: unique symbol;
declare const duration: unique symbol;

/** A moment on the monotonic clock of the world, in milliseconds since its start. */
export type Instant = number & { readonly [instant]: true };

/** A length of time in milliseconds. */
export type Duration = number & { readonly [duration]: true };

/** The moment so many milliseconds after the clock's start. */
export const atMs = (ms: number): Instant => ms as Instant;
/** So many milliseconds. */
export const milliseconds = (ms: number): Duration => ms as Duration;
/** So many seconds; `s` may have a fraction. */
export const seconds = (s: number): Duration => (s * 1000) as Duration;

/** The moment so long after another. */
export const later = (from: Instant, by: Duration): Instant => (from + by) as Instant;
/** How long it is from one moment to another. */
export const elapsed = (from: Instant, to: Instant): Duration => (to - from) as Duration;
