/** CoreDNS plugin/dnstap/io.go, tcpTimeout: how long the other side has to say that it listens. */
export const HANDSHAKE_MS = 4000;

/** How long messages are gathered before they are written; CoreDNS flushes once a second. */
export const GATHER_MS = 50;

/** CoreDNS plugin/dnstap/io.go, errorCheckInterval: when to try again, and to say what was dropped. */
export const LOOK_EVERY_MS = 10_000;

/** How long a stream that is ended waits to hear that all has arrived. */
export const FAREWELL_MS = 1000;

/** A slow reader that came to us loses its connection when so much waits for it. */
export const READER_BACKLOG_OCTETS = 1024 * 1024;
