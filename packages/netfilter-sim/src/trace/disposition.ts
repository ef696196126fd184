import type { NftPlace } from '../ruleset/nftables/values/place.ts';
import type { BackEnd, TableName } from '../ruleset/shared/hooks.ts';

/** What finally became of a packet. */
export type Disposition =
  /** Reached the host's own protocol stack. */
  | { readonly kind: 'delivered'; readonly socket: SocketAnswer }
  /** Left by a device: passed on, or sent by the host itself. */
  | { readonly kind: 'forwarded'; readonly device: string }
  | { readonly kind: 'sent'; readonly device: string }
  /** `sendError` is what the program that sends is told; absent: nothing, or no program sends it. */
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly sendError?: SendError }
  /** The model lacks something that decides; nothing is guessed. */
  | {
      readonly kind: 'not-modelled';
      /** What the model lacks, as a noun. */
      readonly what: string;
      /** The node shows that it uses it; absent: nothing shows it. */
      readonly usedByNode?: true;
      /** The rule that asks; absent: none does. */
      readonly rule?: NamedRule;
      /** The name by which it can be assumed; absent where a yes or no would not do. */
      readonly question?: string;
    };

/** Where a rule stands, and what it says. */
export interface NamedRule {
  /** For people: `filter INPUT rule 3`. */
  readonly place: string;
  /** As its own tool prints it. */
  readonly text: string;
}

/**
 * Who took a delivered packet: a socket (`open`), nobody, so that the host answered itself
 * (`closed`), the kernel, which needs no socket (`none`); `unknown` where the sockets are not known.
 */
export type SocketAnswer = 'open' | 'closed' | 'none' | 'unknown';

/** The error that the sending program gets, by its number (include/uapi/asm-generic/errno.h). */
export type SendError = 1 | 22 | 99 | 101 | 113 | 13;

/** Why a packet was dropped. A rule's `number` in its chain counts from 1; `backEnd` is as in `Table`, absent for the usual one. */
export type DropReason =
  | { readonly kind: 'rule'; readonly table: TableName; readonly backEnd?: BackEnd; readonly chain: string; readonly number: number }
  | { readonly kind: 'rejected'; readonly table: TableName; readonly backEnd?: BackEnd; readonly chain: string; readonly number: number }
  /** SYNPROXY answered it in place of the server. */
  | { readonly kind: 'answered-open'; readonly table: TableName; readonly backEnd?: BackEnd; readonly chain: string; readonly number: number }
  | { readonly kind: 'policy'; readonly table: TableName; readonly backEnd?: BackEnd; readonly chain: string }
  | ({ readonly kind: 'nft-rule' } & NftPlace)
  | ({ readonly kind: 'nft-rejected' } & NftPlace)
  | ({ readonly kind: 'nft-policy' } & NftPlace)
  /** A header was too short for a match (`hotdrop`). */
  | { readonly kind: 'malformed'; readonly table: TableName; readonly backEnd?: BackEnd; readonly chain: string; readonly number: number }
  /** `queue` is the number of the NFQUEUE. */
  | { readonly kind: 'queue-without-listener'; readonly queue: number }
  | { readonly kind: 'martian-source' }
  | { readonly kind: 'martian-destination' }
  | { readonly kind: 'reverse-path' }
  | { readonly kind: 'no-route' }
  /** No address of the host fits the way. */
  | { readonly kind: 'no-source' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'prohibited' }
  | { readonly kind: 'blackhole' }
  | { readonly kind: 'not-a-router' }
  | { readonly kind: 'time-exceeded' }
  /** TPROXY gave it to a socket, and routing would send it on. */
  | { readonly kind: 'assigned-to-socket' }
  | { readonly kind: 'not-joined'; readonly device: string }
  /**
   * The bridge has no port to send it by: it came in by that of its destination, by an isolated one, or by the only one. `port` is
   * the name of the device that it came in by.
   */
  | { readonly kind: 'no-port'; readonly port: string; readonly why: 'hairpin' | 'isolated' | 'only' }
  | { readonly kind: 'device-down'; readonly device: string }
  | { readonly kind: 'conntrack-table-full' }
  | { readonly kind: 'conntrack-clash' }
  | { readonly kind: 'no-address-to-masquerade' }
  | { readonly kind: 'no-address-to-redirect' }
  | { readonly kind: 'masquerade-device-changed' }
  | { readonly kind: 'icmp-redirect-of-translated' };
