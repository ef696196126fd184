import { seconds } from '../../time.ts';
import type { Duration } from '../../time.ts';
import type { TcpState } from './tcp-tracking.ts';

/** The sysctls of conntrack. Names follow `net.netfilter.nf_conntrack_*`. */
export interface ConntrackSettings {
  /** `max`: a new connection that finds the table so full is dropped, unless an entry that is not assured makes room. */
  readonly entriesMax: number;
  readonly udpTimeout: Duration;
  readonly udpTimeoutStream: Duration;
  readonly icmpTimeout: Duration;
  readonly icmpv6Timeout: Duration;
  readonly genericTimeout: Duration;
  readonly tcpTimeouts: Readonly<Record<TcpState, Duration>>;
  readonly tcpTimeoutMaxRetransmissions: Duration;
  readonly tcpTimeoutUnacknowledged: Duration;
  /**
   * `tcp_max_retrans`: after so many segments that say the same, the connection is kept for `tcpTimeoutMaxRetransmissions` only.
   */
  readonly tcpRetransmissionsMax: number;
  /** Whether a connection may be picked up in the middle. */
  readonly tcpLoose: boolean;
  /** Whether segments outside the window count as part of the connection (all but RST). */
  readonly tcpBeLiberal: boolean;
  /** Counts what connections carry (`acct`), even where no rule asks. */
  readonly accounts: boolean;
}

/** Defaults of Linux 6.x: nf_conntrack_proto_*.c; nf_conntrack_max for 4 GiB of memory and more. */
export const CONNTRACK_DEFAULTS: ConntrackSettings = {
  entriesMax: 262_144,
  udpTimeout: seconds(30),
  udpTimeoutStream: seconds(120),
  icmpTimeout: seconds(30),
  icmpv6Timeout: seconds(30),
  genericTimeout: seconds(600),
  tcpTimeouts: {
    NONE: seconds(0),
    SYN_SENT: seconds(120),
    SYN_RECV: seconds(60),
    ESTABLISHED: seconds(432_000),
    FIN_WAIT: seconds(120),
    CLOSE_WAIT: seconds(60),
    LAST_ACK: seconds(30),
    TIME_WAIT: seconds(120),
    CLOSE: seconds(10),
    SYN_SENT2: seconds(120),
  },
  tcpTimeoutMaxRetransmissions: seconds(300),
  tcpTimeoutUnacknowledged: seconds(300),
  tcpRetransmissionsMax: 3,
  tcpLoose: true,
  tcpBeLiberal: false,
  accounts: false,
};
