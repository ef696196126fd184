import type { Direction } from '../../conntrack/entry/tuple.ts';
import type { NatRange } from '../../nat/range.ts';
import type { Address } from '../../packet/address.ts';
import type { Port } from '../../packet/port.ts';
import type { NotModelled } from './not-modelled.ts';
import type { SetChange, SetReference } from './set-reference.ts';

/**
 * What a match says. `hotdrop` drops the packet from inside a match (truncated headers); `not-modelled`: it would
 * be one of the others, and which is not known.
 */
export type MatchResult = 'match' | 'no-match' | 'hotdrop' | NotModelled;

/** `match` where the test `holds`. */
export const answer = (holds: boolean): MatchResult => (holds ? 'match' : 'no-match');

/** What a target asks for; the walk and the NAT room carry it out. */
export type TargetOutcome =
  | { readonly kind: 'continue'; readonly changes: readonly Change[] }
  | { readonly kind: 'accept'; readonly changes: readonly Change[] }
  | { readonly kind: 'drop' }
  /** `queue` is the number of the NFQUEUE, 0 to 65535; `bypass`: where no program listens the packet goes on. */
  | { readonly kind: 'queue'; readonly queue: number; readonly bypass: boolean }
  /** `with` names the answer as `--reject-with` does: `icmp-port-unreachable`, `tcp-reset`. */
  | { readonly kind: 'reject'; readonly with: string }
  /**
   * SYNPROXY answers a SYN in place of the server; nobody else gets it. `maximumSegmentSize`, in octets, is what its answer
   * offers; absent: nothing.
   */
  | { readonly kind: 'answer-open'; readonly maximumSegmentSize?: number }
  | { readonly kind: 'translate'; readonly manip: 'source' | 'destination'; readonly range: NatRange }
  | { readonly kind: 'masquerade'; readonly range: NatRange }
  | { readonly kind: 'redirect'; readonly range: NatRange }
  /** `mask` has the bits that `address` gives; the packet's own address gives the others. */
  | { readonly kind: 'map-network'; readonly address: Address; readonly mask: bigint }
  /**
   * `address` absent: the first of the device that the packet came in by; port 0: its own. The bits of `mask` are cleared, then `value` is
   * XORed in (`tproxy_tg4`).
   */
  | {
      readonly kind: 'transparent-proxy';
      readonly address?: Address;
      readonly port: Port;
      readonly mark: { readonly value: number; readonly mask: number };
    }
  | NotModelled;

/** The target that lets the packet go on behind its rule. */
export const goOn = (...changes: readonly Change[]): TargetOutcome => ({ kind: 'continue', changes });

/** A change that a target makes to the packet in flight while the walk goes on. A `mark` has 32 bits, unsigned. */
export type Change =
  | { readonly kind: 'set-mark'; readonly mark: number }
  | { readonly kind: 'set-conntrack-mark'; readonly mark: number }
  /** `ttl`: 0 to 255. */
  | { readonly kind: 'set-ttl'; readonly ttl: number }
  /** `tos`: the whole octet, 0 to 255. */
  | { readonly kind: 'set-tos'; readonly tos: number }
  /** `quoted`: what becomes of the other side's address in the packet that an ICMP error quotes; absent: nothing. */
  | { readonly kind: 'set-address'; readonly side: 'src' | 'dst'; readonly address: Address; readonly quoted?: Address }
  /** `flags`: the sum of `TCP_FLAG` bits. */
  | { readonly kind: 'clear-tcp-flags'; readonly flags: number }
  /** `numbers`: the kinds of the options (RFC 9293, 3.1). */
  | { readonly kind: 'blank-tcp-options'; readonly numbers: readonly number[] }
  | {
      readonly kind: 'set-maximum-segment-size';
      readonly bytes: number | 'clamp-to-path';
      /** What becomes of a segment that announces none. */
      readonly whereMissing: 'put-in' | 'left-out';
    }
  /** A flowtable takes the connection: its next packets pass by every hook. */
  | { readonly kind: 'offload' }
  /** For a connection that is not in the table yet (`ct helper set`). `helper` is its name in the kernel: `ftp`. */
  | { readonly kind: 'set-helper'; readonly helper: string }
  /** `evenBlotted`: an answer to an untracked packet too, which is marked as related to nothing; absent: not such a one. */
  | { readonly kind: 'untrack'; readonly evenBlotted?: true }
  | {
      readonly kind: 'template';
      /** The conntrack zone, 0 to 65535, or the lower half of the packet's mark; absent: 0. */
      readonly zone?: { readonly id: number | 'mark'; readonly direction: 'both' | Direction };
      /** The name of the helper that looks at the connection; absent: none. */
      readonly helper?: string;
      /** The name of a policy of nfct; a packet that gets one is not followed further. Absent: the sysctls hold. */
      readonly timeoutPolicy?: string;
    }
  | { readonly kind: 'trace' }
  /** `prefix` stands in front of the kernel's line; it may be empty. */
  | { readonly kind: 'log'; readonly prefix: string }
  | SetChange
  /** Takes from the packet's element what it holds for packets (`SET --map-set`). */
  | ({ readonly kind: 'map-from-set'; readonly fields: readonly ('mark' | 'priority' | 'queue')[] } & SetReference);
