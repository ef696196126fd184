import type { Duration } from '../../time.ts';
import type { NotModelled } from './not-modelled.ts';

/** Which of a packet's ends a part of an element is taken from. */
export type SetDimension = 'src' | 'dst';

/** An ipset and the packet's fields that make up the element to look for. */
export interface SetReference {
  /** The name of the set. */
  readonly set: string;
  readonly dimensions: readonly SetDimension[];
}

/** What `-m set` asks of an ipset. */
export interface SetTest extends SetReference {
  /** Elements with `nomatch` count as found, and only they. */
  readonly returnNomatch: boolean;
  /** Whether the counters of an element that is found rise. */
  readonly updateCounters: boolean;
  /** Whether counters of a list's members rise too. */
  readonly updateSubcounters: boolean;
  readonly counters: readonly SetCounterTest[];
}

/** The element's counter after it has counted the packet. */
export interface SetCounterTest {
  readonly counter: 'packets' | 'bytes';
  readonly comparison: 'eq' | 'lt' | 'gt';
  /** What the counter is compared with, from 0 to 2⁶⁴ − 1. */
  readonly value: bigint;
  /** The comparison must not hold. */
  readonly inverted: boolean;
}

/** What `SET --map-set` takes from an element (`struct ip_set_skbinfo`). */
export interface SkbInfo {
  /** 32 bits unsigned, both. */
  readonly mark: { readonly value: number; readonly mask: number };
  /** Major and minor number of a traffic class. */
  readonly priority: { readonly major: number; readonly minor: number };
  /** Number of the transmit queue, 0 to 65535. */
  readonly queue: number;
}

/** Whether a set has what was looked for. */
export type SetAnswer =
  | { readonly kind: 'in'; readonly skbInfo: SkbInfo }
  | { readonly kind: 'not-in' }
  | { readonly kind: 'no-such-set' }
  | NotModelled;

/** Puts the packet's element into an ipset, or takes it out. */
export interface SetChange extends SetReference {
  readonly kind: 'change-set';
  readonly operation: 'add' | 'delete';
  /** How long the element lives; absent: as the set says. */
  readonly timeout?: Duration;
  /** Renew what is there already. */
  readonly exist: boolean;
}
