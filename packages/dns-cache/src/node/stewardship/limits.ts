/** Times of the supervisor's decisions, in milliseconds. */

/** A server in service that was silent for so long, at two looks in a row, hangs. A machine that stood still wakes both of them at once. */
export const SILENT_MAX_MS = 2400;

/** So long one may take until its program is read, and the caches; or be silent while it waits, on a machine that has no time for it. */
export const STARTING_MAX_MS = 20_000;

/**
 * A machine may be so slow that nothing could be heard by then. Each kill for silence within so long doubles the two limits above, up
 * to so many times: else a node without processor time would have servers killed for ever.
 */
export const SILENCES_WITHIN_MS = 1_800_000;
export const PATIENCE_MAX = 16;

/** Without a server for so long, queries are no longer led here. With the time that this takes it is less than 3 s. */
export const UNSERVED_MAX_MS = 1000;

/** At the start rules may be there already, left by one that was killed; a server usually comes within half a second. */
export const UNSERVED_AT_START_MAX_MS = 2000;

/** After the first failure within a while the next server comes at once, then ever later. */
export const FAILURES_WITHIN_MS = 30_000;
export const RESTART_FIRST_MS = 200;
export const RESTART_MAX_MS = 10_000;
