import type { Chance } from '../chance.ts';
import { protocolAllowsClash } from '../conntrack/confirm.ts';
import type { Entry } from '../conntrack/entry/entry.ts';
import { invertTuple, sameTuple } from '../conntrack/entry/tuple.ts';
import type { Tuple } from '../conntrack/entry/tuple.ts';
import { find, isTaken, withSameSource, zoneOf } from '../conntrack/table.ts';
import type { ConntrackState } from '../conntrack/table.ts';
import { invariant } from '../error.ts';
import { atLeast } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import type { Instant } from '../time.ts';
import { mayEvict, staysTaken } from './evict.ts';
import { chooseAddress, inRange, manipPort, portInRange, withPort } from './range.ts';
import type { NatRange, Manip } from './range.ts';

export interface UniqueRequest {
  readonly state: ConntrackState;
  readonly entry: Entry;
  readonly manip: Manip;
  readonly range: NatRange;
  readonly now: Instant;
  readonly version: KernelVersion;
  readonly chance: Chance;
}

export interface UniqueTuple {
  readonly tuple: Tuple;
  /** The port was drawn by chance; another run may give another. */
  readonly drawn: boolean;
}

/** The packets' tuple after translation, unlike that of any other connection if possible (`get_unique_tuple`). */
export const uniqueTuple = (request: UniqueRequest, current: Tuple): UniqueTuple => {
  const { state, entry, manip, range } = request;
  const kept = (tuple: Tuple): UniqueTuple => ({ tuple, drawn: false });
  const taken = (tuple: Tuple): boolean => isUsed(request, tuple);
  const anyPort = range.random || range.randomFully;

  if (manip === 'source' && !anyPort) {
    if (inRange(current, range)) {
      if (!taken(current) || clashesInReverse(request, current)) return kept(current);
    } else {
      const shared = mappingOfSameSource(state, entry, current, range);
      if (shared !== undefined && !taken(shared)) return { tuple: shared, drawn: entry.portDrawn };
    }
  }
  const tuple = chooseAddress(current, manip, range, entry.zone);
  if (!anyPort) {
    if (range.ports === undefined) {
      if (!taken(tuple)) return kept(tuple);
    } else if (range.basePort === undefined && portInRange(manipPort(tuple, manip), range)) {
      // A single port is taken as it is, even if another connection has it.
      if (range.ports.min === range.ports.max || !taken(tuple)) return kept(tuple);
    }
  }
  return searchPort(request, tuple);
};

const isUsed = ({ state, entry, now, version }: UniqueRequest, tuple: Tuple, attemptsLeft = Number.POSITIVE_INFINITY): boolean => {
  const reply = invertTuple(tuple);
  invariant(reply.kind === 'tuple', 'a tracked tuple can be inverted');
  if (mayEvict(entry, attemptsLeft, version)) return staysTaken(state, reply.tuple, entry, now);
  // 4e35c1cb9460 (5.0): two packets of one flow may share a mapping.
  return isTaken(state, reply.tuple, entry, now, atLeast(version, 5, 0));
};

/**
 * Both ends spoke at once: the connection that is in the way is the same one the other way round, and
 * confirmation will see to it (`nf_nat_used_tuple_new`, d8f84a9bc7c4 of 6.12).
 */
const clashesInReverse = ({ state, entry, now, version }: UniqueRequest, tuple: Tuple): boolean => {
  if (!atLeast(version, 6, 12) || !protocolAllowsClash(entry, version) || isTranslated(entry)) return false;
  const reply = invertTuple(tuple);
  invariant(reply.kind === 'tuple', 'a tracked tuple can be inverted');
  const zone = zoneOf(entry);
  const found = find(state, tuple, zone, now) ?? find(state, reply.tuple, zone, now);
  return found !== undefined && !isTranslated(found.entry) && sameTuple(found.entry.original, entry.reply);
};

const isTranslated = ({ status }: Entry): boolean => status.sourceNat || status.destinationNat;

/** Another connection of the same source keeps its mapping towards other destinations (`find_appropriate_src`). */
const mappingOfSameSource = (state: ConntrackState, entry: Entry, current: Tuple, range: NatRange): Tuple | undefined => {
  for (const sibling of withSameSource(state, current, entry.zone)) {
    const mapped = invertTuple(sibling.reply);
    if (mapped.kind === 'unreadable') continue;
    const port = manipPort(mapped.tuple, 'source');
    const moved: Tuple = { ...current, src: mapped.tuple.src };
    const tuple = port === undefined ? moved : withPort(moved, 'source', port);
    if (inRange(tuple, range)) {
      entry.portDrawn = sibling.portDrawn;
      return tuple;
    }
  }
  return undefined;
};

/** `nf_nat_l4proto_unique_tuple`: at most so many ports are tried in a row. */
const ATTEMPTS_MAX = 128;
/** Below this window the search gives up and takes what it tried last. */
const ATTEMPTS_MIN = 16;

const searchPort = (request: UniqueRequest, tuple: Tuple): UniqueTuple => {
  const { manip, range, chance } = request;
  const current = manipPort(tuple, manip);
  if (current === undefined) return { tuple, drawn: false };
  const ports = portsToTry(tuple, manip, range, current);
  if (ports === undefined) return { tuple, drawn: false };

  const first = firstOffset(request, current);
  let { offset } = first;
  // Whatever is drawn, one port is the only answer.
  let drawn = first.drawn && ports.count > 1;
  let attempts = Math.min(ports.count, ATTEMPTS_MAX);
  let candidate = tuple;
  for (;;) {
    for (let tried = 0; tried < attempts; tried += 1, offset += 1) {
      candidate = withPort(tuple, manip, ports.min + (offset % ports.count));
      if (!isUsed(request, candidate, attempts - tried)) return { tuple: candidate, drawn };
    }
    if (attempts >= ports.count || attempts < ATTEMPTS_MIN) return { tuple: candidate, drawn };
    attempts = Math.floor(attempts / 2);
    offset = chance.integer(65_536);
    drawn = true;
  }
};

/** Which ports may be tried; `undefined`: the port stays. */
const portsToTry = (
  tuple: Tuple,
  manip: Manip,
  range: NatRange,
  current: number,
): { readonly min: number; readonly count: number } | undefined => {
  if (range.ports !== undefined) {
    const { min, max } = range.ports;
    return { min: Math.min(min, max), count: Math.abs(max - min) + 1 };
  }
  if (tuple.kind === 'icmp') return { min: 0, count: 65_536 };
  if (manip === 'destination') return undefined;
  // Low ports stand for privilege, so a source keeps its class.
  if (current < 512) return { min: 1, count: 511 };
  if (current < 1024) return { min: 600, count: 424 };
  return { min: 1024, count: 64_512 };
};

const firstOffset = (
  { manip, range, version, chance }: UniqueRequest,
  current: number,
): { readonly offset: number; readonly drawn: boolean } => {
  if (range.basePort !== undefined) return { offset: (current - range.basePort) & 0xffff, drawn: false };
  // 5.0 to 6.7 drew for destinations too; 0f1ae2821fa4 (6.8) put back the sequential search.
  const sequential = manip === 'destination' && !range.random && !range.randomFully && !drawsForDestinations(version);
  return sequential ? { offset: 0, drawn: false } : { offset: chance.integer(65_536), drawn: true };
};

const drawsForDestinations = (version: KernelVersion): boolean => atLeast(version, 5, 0) && !atLeast(version, 6, 8);
