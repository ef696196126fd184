import { atLeast } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import { protocolOf } from '../packet/packet.ts';
import type { IcmpPacket, Packet } from '../packet/packet.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import type { ProtocolNumber } from '../packet/protocol.ts';
import { atMs } from '../time.ts';
import type { Instant } from '../time.ts';
import { nothingCarried } from './entry/accounting.ts';
import type { Entry, Tracking } from './entry/entry.ts';
import type { ConntrackSettings } from './entry/settings.ts';
import { invertTuple, readTuple } from './entry/tuple.ts';
import type { Direction } from './entry/tuple.ts';
import { trackGeneric } from './protocol/generic.ts';
import { trackIcmp } from './protocol/icmp.ts';
import type { TrackInput, TrackVerdict } from './protocol/machine.ts';
import { newTcpTracking, trackTcp } from './protocol/tcp.ts';
import { trackUdp } from './protocol/udp.ts';
import { create, find, hold, release, remove, tupleIn } from './table.ts';
import type { ConntrackState, Zone } from './table.ts';

/** What a packet is to its connection: its first, a later one, or an error about it. */
export type TrackInfo = 'new' | 'established' | 'related';

/** What conntrack makes of a packet. */
export type TrackOutcome =
  | {
      readonly kind: 'tracked';
      readonly entry: Entry;
      readonly info: TrackInfo;
      readonly direction: Direction;
      /** It opened the entry, which is unconfirmed until the packet has passed every hook. */
      readonly opened: boolean;
    }
  /** It belongs to no connection and cannot open one; rules see state INVALID. */
  | { readonly kind: 'invalid'; readonly reason: InvalidReason }
  /** Neighbour discovery and multicast listener messages are never tracked. */
  | { readonly kind: 'untracked' }
  | { readonly kind: 'table-full' };

/** Why conntrack calls a packet INVALID. */
export type InvalidReason =
  | 'no layer 4 header'
  | 'unknown ICMP type'
  | 'ICMP error for no known connection'
  | 'cannot be answered'
  | 'does not fit the connection';

export interface TrackRequest {
  readonly packet: Packet;
  readonly zone: Zone;
  readonly helper?: string;
  /** What connections carry is counted from their beginning on. */
  readonly accounts: boolean;
  readonly now: Instant;
  readonly settings: ConntrackSettings;
  readonly version: KernelVersion;
}

/** ICMP types that quote the packet they complain about (`icmp_is_err`, include/linux/icmp.h). */
const ICMP_ERRORS: readonly number[] = [3, 4, 5, 11, 12];
/** RFC 4443 §2.1: types below are errors, known or not (`nf_conntrack_icmpv6_error`). */
const ICMPV6_INFORMATIONAL = 128;
/** NR_ICMP_TYPES: IPv4 knows no type above it. */
const ICMP_TYPE_MAX = 18;
/** `noct_valid_new`, nf_conntrack_proto_icmpv6.c: MLD and neighbour discovery. */
const ICMPV6_UNTRACKED: readonly number[] = [130, 131, 132, 133, 134, 135, 136, 143];
/** And discovery of multicast routers since 6.10 (4a3540a8bf3c). */
const ICMPV6_ROUTER_DISCOVERY: readonly number[] = [151, 152];

const isNeverTracked = (packet: Packet, version: KernelVersion): boolean =>
  packet.kind === 'icmpv6' &&
  (ICMPV6_UNTRACKED.includes(packet.icmpType) ||
    (ICMPV6_ROUTER_DISCOVERY.includes(packet.icmpType) && atLeast(version, 6, 10)));

export const isIcmpError = (packet: Packet): packet is IcmpPacket =>
  (packet.kind === 'icmp' && ICMP_ERRORS.includes(packet.icmpType)) ||
  (packet.kind === 'icmpv6' && packet.icmpType < ICMPV6_INFORMATIONAL);

/** `nf_conntrack_in` (nf_conntrack_core.c, 6.12) for a packet that carries no entry yet. */
export const track = (state: ConntrackState, request: TrackRequest): TrackOutcome => {
  const { packet } = request;
  const reading = readTuple(packet);
  if (reading.kind === 'unreadable') {
    state.counters.invalid += 1;
    return { kind: 'invalid', reason: 'no layer 4 header' };
  }
  if (isNeverTracked(packet, request.version)) return { kind: 'untracked' };
  if (packet.kind === 'icmp' && packet.icmpType > ICMP_TYPE_MAX) {
    state.counters.error += 1;
    return { kind: 'invalid', reason: 'unknown ICMP type' };
  }
  if (isIcmpError(packet)) return trackError(state, request, packet);

  const found = find(state, reading.tuple, request.zone, request.now);
  if (found !== undefined) return trackKnown(state, request, found.entry, found.direction);
  const reply = invertTuple(reading.tuple);
  if (reply.kind === 'unreadable') {
    state.counters.invalid += 1;
    return { kind: 'invalid', reason: 'cannot be answered' };
  }
  if (state.entries.size >= request.settings.entriesMax && !dropEarly(state)) {
    state.counters.drop += 1;
    return { kind: 'table-full' };
  }
  const entry = create(state, {
    original: reading.tuple,
    reply: reply.tuple,
    zone: request.zone,
    tracking: newTracking(protocolOf(packet)),
    accounting: request.accounts ? nothingCarried() : undefined,
  });
  if (request.helper !== undefined) Object.assign(entry, { helper: request.helper });
  hold(entry);
  if (runMachine({ ...request, entry, direction: 'original' }) !== 'accept') {
    release(state, entry);
    state.counters.invalid += 1;
    return { kind: 'invalid', reason: 'does not fit the connection' };
  }
  return { kind: 'tracked', entry, info: 'new', direction: 'original', opened: true };
};

const trackKnown = (state: ConntrackState, request: TrackRequest, entry: Entry, direction: Direction): TrackOutcome => {
  // Decided before the machine runs: the first reply does not see itself.
  const info = direction === 'reply' || entry.status.seenReply ? 'established' : 'new';
  const verdict = runMachine({ ...request, entry, direction });
  switch (verdict) {
    case 'invalid':
      state.counters.invalid += 1;
      return { kind: 'invalid', reason: 'does not fit the connection' };
    case 'reopen':
      remove(state, entry);
      return track(state, request);
    case 'close':
    case 'accept':
      break;
  }
  hold(entry);
  if (verdict === 'close') remove(state, entry);
  if (direction === 'reply') entry.status.seenReply = true;
  return { kind: 'tracked', entry, info, direction, opened: false };
};

/** An ICMP error is related to the connection whose packet it quotes (`nf_conntrack_inet_error`). */
const trackError = (state: ConntrackState, { zone, now }: TrackRequest, packet: IcmpPacket): TrackOutcome => {
  const unknown = (): TrackOutcome => {
    state.counters.error += 1;
    return { kind: 'invalid', reason: 'ICMP error for no known connection' };
  };
  if (packet.inner === undefined) return unknown();
  const quoted = readTuple(packet.inner);
  if (quoted.kind === 'unreadable') return unknown();
  const answer = invertTuple(quoted.tuple);
  if (answer.kind === 'unreadable') return unknown();
  const found = find(state, answer.tuple, zone, now);
  // The error must go to whom the connection's packets in that direction go.
  if (found === undefined || tupleIn(found.entry, found.direction).dst !== packet.dst) return unknown();
  hold(found.entry);
  return { kind: 'tracked', entry: found.entry, info: 'related', direction: found.direction, opened: false };
};

const newTracking = (protocol: ProtocolNumber): Tracking => {
  switch (protocol) {
    case PROTOCOL.tcp:
      return newTcpTracking();
    case PROTOCOL.udp:
    case PROTOCOL.udplite:
      return { kind: 'udp', streamAt: atMs(0) };
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      return { kind: 'icmp' };
    default:
      return { kind: 'generic' };
  }
};

const runMachine = (input: TrackInput): TrackVerdict => {
  switch (input.entry.tracking.kind) {
    case 'udp':
      return trackUdp(input);
    case 'tcp':
      return trackTcp(input);
    case 'icmp':
      return trackIcmp(input);
    case 'generic':
      return trackGeneric(input);
  }
};

/**
 * Makes room in a full table: an entry that no one would miss goes (`early_drop`). The kernel takes
 * what its hash happens to put near; the model takes the oldest.
 */
const dropEarly = (state: ConntrackState): boolean => {
  for (const entry of state.entries.values()) {
    if (entry.status.confirmed && !entry.status.assured && !entry.status.dying) {
      remove(state, entry);
      state.counters.earlyDrop += 1;
      return true;
    }
  }
  return false;
};
