/**
 * A case: a node, a rule set, packets in order, and what the kernel made of them. The form is that
 * of `kernel-cases/README.md`; a line of JSON each.
 */
export interface Case {
  readonly id: string;
  /** Folder with the node's state, by its name. */
  readonly node: string;
  readonly family: 'ipv4' | 'ipv6';
  /** `iptables-save` (`ip6tables-save`) text of every table. */
  readonly rules: string;
  /** Rules of nftables beside those. */
  readonly nftables?: CaseNftables;
  /** What `ipset restore` reads before the rules, where they speak of sets. */
  readonly sets?: string;
  /** Settings other than those that the node's folder has. */
  readonly sysctls: Readonly<Record<string, string>>;
  readonly events: readonly CaseEvent[];
  readonly expect: readonly CaseAnswer[];
  readonly conntrack: readonly CaseEntry[];
  readonly stats?: Readonly<Record<string, number>>;
  readonly count?: number;
}

export interface CaseNftables {
  /** As `nft -f` reads them. */
  readonly rules: string;
  /** As `nft -j list ruleset` prints them once they are loaded. */
  readonly listed: string;
}

export type CaseEvent =
  /** `atMs`: when the packet was sent, since the start; otherwise a little after the event before. */
  | { readonly kind: 'send'; readonly packet: CasePacket; readonly atMs?: number }
  | { readonly kind: 'release'; readonly index: number; readonly atMs?: number }
  | { readonly kind: 'wait'; readonly ms: number };

export interface CasePacket extends CaseHeaders {
  /** `pod1`, `pod2` and `up` come in by a device; `node` is sent by the node's own raw socket. */
  readonly from: 'pod1' | 'pod2' | 'up' | 'node';
  /** Whose socket sent it from the `node`, and with which mark; root's, without one, where the case does not say. */
  readonly socket?: CaseSocket;
}

export interface CaseSocket {
  /** `SO_MARK`. */
  readonly mark?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
  /** The only device that it sends by (`SO_BINDTODEVICE`). */
  readonly device?: string;
}

export interface CaseHeaders {
  readonly proto: string;
  readonly src: string;
  readonly dst: string;
  readonly sport?: number;
  readonly dport?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
  /** TCP flags by their letters: F S R P A U. */
  readonly flags?: string;
  readonly seq?: number;
  readonly ack?: number;
  readonly window?: number;
  /** The option of a SYN. */
  readonly mss?: number;
  readonly ttl?: number;
  readonly tos?: number;
  /** Octets of data. */
  readonly payload?: number;
  /** A piece of a datagram: the one with the header, or one behind it. */
  readonly fragment?: 'first' | 'later';
  /** What an ICMP error quotes. */
  readonly inner?: CaseHeaders;
}

export interface CaseAnswer {
  readonly trace?: readonly string[];
  readonly result?: 'local' | 'forwarded' | 'sent' | 'dropped' | 'held';
  readonly oif?: string;
  readonly packet?: Readonly<Record<string, string | number>>;
  readonly errno?: number;
}

export interface CaseEntry {
  readonly proto: string;
  readonly state?: string;
  readonly orig: Readonly<Record<string, string>>;
  readonly reply: Readonly<Record<string, string>>;
  readonly unreplied: boolean;
  readonly assured: boolean;
  readonly mark: number;
  /** Seconds left. */
  readonly timeout: number;
}
