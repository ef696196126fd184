/** Times of the agent's processes, in milliseconds. */

/** A server tells that it is there this often. */
export const ALIVE_EVERY_MS = 500;

/** Its supervisor looks this often at all of them. */
export const LOOK_EVERY_MS = 250;

/** For what a server owes when it is told to stop; what it does not end by then it never will. */
export const STOP_MAX_MS = 8000;

/** The caches are written down this often, for the server that follows one that was killed. */
export const SAVE_CACHES_EVERY_MS = 60_000;

/** How long the server in service leaves the network to a spare one, when their supervisor is gone. */
export const ORPHAN_GRACE_MS = 1500;

/** Nobody reads the sockets while another agent's server begins: what takes longer than this is not waited for. */
export const SUCCESSOR_MAX_MS = 1000;

/** What could not be taken away is tried again. */
export const RETRY_MS = 1000;

/** Servers of an agent that was killed have done by then what they do about link and rules. */
export const EARLY_LOOK_MS = 4000;

/** An agent that was told to end may take so long; who comes after it waits, and looks this often. */
export const CLAIM_MAX_MS = 10_000;
export const CLAIM_LOOK_MS = 50;
