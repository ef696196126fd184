declare const instant: unique symbol;
declare const duration: unique symbol;

/** A moment on the monotonic clock of the world, in milliseconds since its start. */
export type Instant = number & { readonly [instant]: true };

/** A length of time in milliseconds. */
export type Duration = number & { readonly [duration]: true };

export const atMs = (ms: number): Instant => ms as Instant;
export const milliseconds = (ms: number): Duration => ms as Duration;
export const seconds = (s: number): Duration => (s * 1000) as Duration;

export const later = (from: Instant, by: Duration): Instant => (from + by) as Instant;
export const elapsed = (from: Instant, to: Instant): Duration => (to - from) as Duration;
