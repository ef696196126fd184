/** Bounds on what one peer may take of this process. */

/** A peer that does not read its answers is cut off when so much is waiting for it. */
export const TCP_UNREAD_OCTETS_MAX = 1 << 20;

/** Queries of one connection that are being answered; reading stops while there are so many. */
export const TCP_PENDING_MAX = 128;

/** Connections in all, from everyone (RFC 7766 §6.2.2 leaves the number to us). */
export const TCP_CONNECTIONS_MAX = 1024;

/** Of these from one address: one pod must not take them all. */
export const TCP_CONNECTIONS_PER_CLIENT_MAX = 256;

/** How long a stopping server waits for the answers it owes (CoreDNS: 5 s). */
export const STOP_GRACE_MS = 5000;

/** A deadline that is seen so late says that this process did not run meanwhile. */
export const STALL_MS = 200;
