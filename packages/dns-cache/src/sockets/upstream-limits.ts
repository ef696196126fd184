/** Bounds on the connections to upstreams. */

/** Questions in flight on one connection. */
export const UPSTREAM_PIPELINE_MAX = 1024;

/**
 * CoreDNS and others answer a connection's questions one after the other, so that a slow one holds up the rest. After
 * so long without any answer, further questions go elsewhere.
 */
export const UPSTREAM_STALL_MS = 100;

/** Connections to one upstream, stalled ones included; with so many, questions join the least busy one. */
export const UPSTREAM_CONNECTIONS_MAX = 8;

/** A connection on which a question waited so long in vain, with nothing else coming either, is taken for dead. */
export const UPSTREAM_SILENCE_MS = 1000;

/** Messages in a row that answer nothing we asked, after which an upstream is not listened to any more. */
export const UPSTREAM_UNASKED_MAX = 1024;

/** An upstream that closed a connection behind its first reply, though it had been asked more, gets one question on each for so long. */
export const UPSTREAM_SINGLE_MS = 300_000;

/** Connections to such an upstream at a time; further questions wait for one to end. */
export const UPSTREAM_SINGLES_MAX = 128;

/** UDP sockets to one upstream that take questions. */
export const UDP_SOCKETS_MAX = 32;

/** How long one of them is used: then it has another port. */
export const UDP_SOCKET_LIFE_MS = 4000;

/** Questions that one of them carries before that. */
export const UDP_SOCKET_USES = 16;

/** With more sockets than these open, since many questions wait for their answers, each carries more. */
export const UDP_SOCKETS_OPEN = 128;
export const UDP_SOCKET_USES_MAX = 128;
