import { invariant } from '../error.ts';
import { atMs, milliseconds } from '../time.ts';
import type { Instant } from '../time.ts';
import type { Accounting } from './entry/accounting.ts';
import type { Entry, EntryId } from './entry/entry.ts';
import { sameTuple, tupleKey } from './entry/tuple.ts';
import type { Direction, Tuple } from './entry/tuple.ts';

/** What `conntrack -S` counts on 6.x, summed over the processors. */
export interface ConntrackCounters {
  /** A translation wanted was already in use. Lookups do not count here. */
  found: number;
  /** Packets that fit no connection and may not begin one. */
  invalid: number;
  /** Packets whose connection another one had confirmed first; before 5.10 those too that were helped. */
  insertFailed: number;
  /** New connections that a full table had no room for, and from 4.7 on packets lost in a clash. */
  drop: number;
  /** Entries that made room in a full table. */
  earlyDrop: number;
  /** ICMP messages of an unknown type, and errors about no known connection. */
  error: number;
  /** Clashes that no packet was lost in; from 5.10 on. */
  clashResolve: number;
}

/** A conntrack zone (`CT --zone`); a packet without one is in zone 0. */
export interface Zone {
  /** 0 to 65535; 0 is the usual one. */
  readonly id: number;
  readonly direction: 'both' | Direction;
}

export const DEFAULT_ZONE: Zone = { id: 0, direction: 'both' };

/** All that is known of it is between whom it is. */
export interface UnreadConnection {
  readonly original: Tuple;
  readonly reply: Tuple;
  /** Where its line stands: `conntrack.txt:7`. */
  readonly place: string;
}

/** A class, so that immer hands it out as it is: for a draft of a record it would copy the whole index at every lookup. */
class Home {
  readonly id: EntryId;
  readonly direction: Direction;

  constructor(id: EntryId, direction: Direction) {
    this.id = id;
    this.direction = direction;
  }
}

/** The conntrack table of one network namespace. Changed in place by whoever owns it. */
export interface ConntrackState {
  nextId: EntryId;
  /** Every entry there is, unconfirmed and hidden ones included (`nf_conntrack_count`). */
  readonly entries: Map<EntryId, Entry>;
  /** Where confirmed entries are found: both tuples of each. */
  readonly byTuple: Map<string, Home>;
  /** Entries whose source was decided, by original source, newest first (`nat_bysource`). */
  readonly bySource: Map<string, readonly EntryId[]>;
  /** Entries whose packets a flowtable carries past all hooks. */
  readonly offloaded: Set<EntryId>;
  /** Connections that were listed, and that nobody could read. */
  readonly unread: readonly UnreadConnection[];
  readonly counters: ConntrackCounters;
}

export const newConntrackState = (): ConntrackState => ({
  nextId: 1,
  entries: new Map(),
  byTuple: new Map(),
  bySource: new Map(),
  offloaded: new Set(),
  unread: [],
  counters: { found: 0, invalid: 0, insertFailed: 0, drop: 0, earlyDrop: 0, error: 0, clashResolve: 0 },
});

/** `nf_ct_zone_id`: a zone holds only in its own direction. */
const zoneIdIn = (zone: Zone, direction: Direction): number =>
  zone.direction === 'both' || zone.direction === direction ? zone.id : DEFAULT_ZONE.id;

export const zoneOf = (entry: Entry): Zone => ({ id: entry.zone, direction: entry.zoneDirection });

const keyIn = (tuple: Tuple, zoneId: number): string => `${zoneId} ${tupleKey(tuple)}`;

export const tupleIn = (entry: Entry, direction: Direction): Tuple =>
  direction === 'original' ? entry.original : entry.reply;

export const opposite = (direction: Direction): Direction => (direction === 'original' ? 'reply' : 'original');

/** A lookup's answer: an entry, and by which of its tuples it was found. */
export interface Found {
  readonly entry: Entry;
  readonly direction: Direction;
}

/**
 * The confirmed entry with this tuple (`__nf_conntrack_find_get`). Entries that are over are
 * removed on the way, as the kernel does.
 */
export const find = (state: ConntrackState, tuple: Tuple, zone: Zone, now: Instant): Found | undefined =>
  findAs(state, 'original', tuple, zone, now) ?? findAs(state, 'reply', tuple, zone, now);

/** The same, where the zone's identity in one direction alone says where to look: it is part of the hash. */
export const findAs = (state: ConntrackState, hashedAs: Direction, tuple: Tuple, zone: Zone, now: Instant): Found | undefined => {
  const home = state.byTuple.get(keyIn(tuple, zoneIdIn(zone, hashedAs)));
  if (home === undefined) return undefined;
  const entry = entryOf(state, home.id);
  if (entry.expiresAt <= now) {
    remove(state, entry);
    return undefined;
  }
  const same = zoneIdIn(zone, home.direction) === zoneIdIn(zoneOf(entry), home.direction);
  return same ? { entry, direction: home.direction } : undefined;
};

export const entryOf = (state: ConntrackState, id: EntryId): Entry => {
  const entry = state.entries.get(id);
  invariant(entry !== undefined, `conntrack entry ${id} exists`);
  return entry;
};

/** A new, unconfirmed entry: counted, but found by no lookup. */
export const create = (
  state: ConntrackState,
  { original, reply, zone, tracking, accounting }: Pick<Entry, 'original' | 'reply' | 'tracking'> & { readonly zone: Zone; readonly accounting: Accounting | undefined },
): Entry => {
  const entry: Entry = {
    id: state.nextId,
    original,
    reply,
    status: {
      expected: false,
      seenReply: false,
      assured: false,
      confirmed: false,
      sourceNat: false,
      destinationNat: false,
      sourceNatDone: false,
      destinationNatDone: false,
      dying: false,
      fixedTimeout: false,
      natClash: false,
      offloaded: false,
    },
    mark: 0,
    labels: [],
    zone: zone.id,
    zoneDirection: zone.direction,
    tracking,
    ...(accounting === undefined ? {} : { accounting }),
    timeout: milliseconds(0),
    expiresAt: atMs(0),
    portDrawn: false,
    references: 0,
  };
  state.nextId += 1;
  state.entries.set(entry.id, entry);
  return entry;
};

/** Puts an entry where lookups find it; one that lost a clash only by its reply tuple. */
export const insert = (state: ConntrackState, entry: Entry, directions: readonly Direction[]): void => {
  for (const direction of directions) {
    const key = keyIn(tupleIn(entry, direction), zoneIdIn(zoneOf(entry), direction));
    state.byTuple.set(key, new Home(entry.id, direction));
  }
  entry.status.confirmed = true;
};

/** Takes an entry out of the table; it lives on only in the packets that still carry it. */
export const remove = (state: ConntrackState, entry: Entry): void => {
  entry.status.dying = true;
  for (const direction of ['original', 'reply'] as const) {
    const key = keyIn(tupleIn(entry, direction), zoneIdIn(zoneOf(entry), direction));
    if (state.byTuple.get(key)?.id === entry.id) state.byTuple.delete(key);
  }
  if (entry.references === 0) forget(state, entry);
};

export const hold = (entry: Entry): void => {
  entry.references += 1;
};

/** A packet lets go of its entry; the last to carry an entry outside the table ends it. */
export const release = (state: ConntrackState, entry: Entry): void => {
  entry.references -= 1;
  const inTable = entry.status.confirmed && !entry.status.dying;
  if (entry.references <= 0 && !inTable) forget(state, entry);
};

const forget = (state: ConntrackState, entry: Entry): void => {
  state.entries.delete(entry.id);
  state.offloaded.delete(entry.id);
  const key = sourceKey(entry.original, entry.zone);
  const rest = state.bySource.get(key)?.filter((id) => id !== entry.id) ?? [];
  if (rest.length === 0) state.bySource.delete(key);
  else state.bySource.set(key, rest);
};

/** Source address, port (or ICMP id) and protocol: what `nat_bysource` hashes. */
const sourceKey = (tuple: Tuple, zoneId: number): string => {
  const base = `${zoneId} ${tuple.protocol} ${tuple.src}`;
  if (tuple.kind === 'ports') return `${base} ${tuple.sport}`;
  return tuple.kind === 'icmp' ? `${base} ${tuple.icmpId}` : base;
};

export const rememberSource = (state: ConntrackState, entry: Entry): void => {
  const key = sourceKey(entry.original, entry.zone);
  state.bySource.set(key, [entry.id, ...(state.bySource.get(key) ?? [])]);
};

/** Connections from the same source, newest first. */
export const withSameSource = (state: ConntrackState, original: Tuple, zoneId: number): readonly Entry[] =>
  (state.bySource.get(sourceKey(original, zoneId)) ?? []).map((id) => entryOf(state, id));

/**
 * Whether another connection already receives packets with this tuple (`nf_conntrack_tuple_taken`).
 * One with the same original tuple does not count since 5.0: it is the same flow.
 */
export const isTaken = (state: ConntrackState, tuple: Tuple, by: Entry, now: Instant, sameFlowShares: boolean): boolean => {
  const found = findAs(state, 'reply', tuple, zoneOf(by), now);
  if (found === undefined || found.entry.id === by.id) return false;
  if (sameFlowShares && sameIn(found.entry, 'original', by, 'original')) return false;
  state.counters.found += 1;
  return true;
};

/** One's tuple is the other's, zone included (`nf_ct_match`, `nf_ct_match_reverse`). */
export const sameIn = (a: Entry, direction: Direction, b: Entry, otherDirection: Direction): boolean =>
  sameTuple(tupleIn(a, direction), tupleIn(b, otherDirection)) &&
  zoneIdIn(zoneOf(a), direction) === zoneIdIn(zoneOf(b), otherDirection);

/** Entries as `conntrack -L` lists them: confirmed, not over, not hidden by a clash. */
export const listed = (state: ConntrackState, now: Instant): readonly Entry[] =>
  [...state.entries.values()].filter(
    ({ status, expiresAt }) => status.confirmed && !status.dying && !status.natClash && expiresAt > now,
  );

/** `conntrack -C`: unconfirmed and hidden entries count too, those that are over do not. */
export const countEntries = (state: ConntrackState, now: Instant): number =>
  [...state.entries.values()].filter(({ status, expiresAt }) => !status.confirmed || expiresAt > now).length;
