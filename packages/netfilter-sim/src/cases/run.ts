import { seededChance } from '../chance.ts';
import type { Chance } from '../chance.ts';
import { trackingState } from '../conntrack/entry/entry.ts';
import type { Entry } from '../conntrack/entry/entry.ts';
import type { Tuple } from '../conntrack/entry/tuple.ts';
import { countEntries, listed } from '../conntrack/table.ts';
import type { ConntrackCounters } from '../conntrack/table.ts';
import { InputError } from '../error.ts';
import { arriving, leaving } from '../flight/flight.ts';
import type { Flight } from '../flight/flight.ts';
import type { Host, HostState, Node, Socket } from '../host/host.ts';
import type { Packet } from '../packet/packet.ts';
import { port } from '../packet/port.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import type { FrameView } from '../ruleset/shared/context.ts';
import { atMs, later, milliseconds } from '../time.ts';
import type { Instant } from '../time.ts';
import { kernelMarks } from '../trace/kernel.ts';
import { resume, run } from '../walk/run.ts';
import type { Journey } from '../walk/run.ts';
import { letGo } from '../walk/step.ts';
import type { Case, CaseAnswer, CaseEntry, CasePacket } from './case.ts';
import { SEGMENT, toPacket } from './packet.ts';

/** What the model makes of a case, in the form of what was recorded. */
export interface CaseResult {
  readonly id: string;
  readonly answers: readonly CaseAnswer[];
  readonly conntrack: readonly CaseEntry[];
  readonly stats: Readonly<Record<string, number>>;
  readonly count: number;
}

/** By which device of the node a neighbour's packets come in. */
export type CaseDevices = Readonly<Record<Exclude<CasePacket['from'], 'node'>, string>>;

/** Those of the recorder's nodes. */
export const DEVICES: CaseDevices = { pod1: 'vpod1', pod2: 'vpod2', up: 'eth0' };

/** UDP sockets that were open on the recorded node; nothing listened on TCP. */
const OPEN_PORTS = [53, 80, 5353, 8080, 40000, 40001, 40005, 61234];

export const SOCKETS: readonly Socket[] = (['ipv4', 'ipv6'] as const).flatMap((family) =>
  OPEN_PORTS.map((number) => ({ protocol: 'udp' as const, family, address: 'any' as const, port: port(number) })),
);

/** Between one event and the next. */
const EVENT_GAP = milliseconds(12);

/** Random ports show as `*`, so any seed gives the same result. */
const SEED = 1;

/** `node` as it was read for this case alone: its state changes. */
export const runCase = (of: Case, node: Node): CaseResult => {
  const { journeys, state } = playCase(of, node);
  const { conntrack, now } = state;
  return {
    id: of.id,
    answers: journeys.map((played) => (played === undefined ? {} : show(played))),
    conntrack: listed(conntrack, now).map((entry) => showEntry(entry, state)).sort(byText),
    stats: showCounters(conntrack.counters),
    count: countEntries(conntrack, now),
  };
};

/** A packet of a case, and its way; one that was released goes on. */
export interface PlayedPacket {
  readonly journey: Journey;
  readonly origin: Flight['origin'];
}

export interface PlayedCase {
  /** One for each event; `undefined` where time passed. */
  readonly journeys: readonly (PlayedPacket | undefined)[];
  /** What they left behind. */
  readonly state: HostState;
}

/** What a case does not say of its node. */
export interface Surroundings {
  readonly sockets: readonly Socket[];
  /** What packets of the neighbours come in by. */
  readonly frames: Partial<Readonly<Record<CasePacket['from'], FrameView>>>;
}

/** Walks the packets of a case through its node. */
export const playCase = (of: Case, node: Node, { sockets, frames }: Surroundings = { sockets: SOCKETS, frames: {} }): PlayedCase => {
  const world: CaseWorld = {
    host: { ...node.host, sockets },
    state: node.state,
    chance: seededChance(SEED),
    frames,
    flights: [],
  };
  const journeys = of.events.map((event, at) => {
    const { state } = world;
    switch (event.kind) {
      case 'wait':
        state.now = later(state.now, milliseconds(event.ms));
        return undefined;
      case 'send':
        state.now = timeOf(event, state.now);
        return sendPacket(world, withSequence(event.packet, at), of.id);
      case 'release':
        state.now = timeOf(event, state.now);
        return releasePacket(world, event.index, of.id);
    }
  });
  return { journeys, state: world.state };
};

const timeOf = ({ atMs: at }: { readonly atMs?: number }, now: Instant): Instant => (at === undefined ? later(now, EVENT_GAP) : atMs(at));

/**
 * The recorder of the IPv6 cases gave its segments growing sequence numbers, that of the IPv4 cases
 * the same one always. Nothing says so; no other simple rule brings out every recorded TCP state.
 */
const withSequence = (packet: CasePacket, at: number): CasePacket =>
  packet.proto === 'tcp' && packet.seq === undefined && packet.src.includes(':')
    ? { ...packet, seq: SEGMENT.seq + at * SEQUENCE_STEP }
    : packet;

const SEQUENCE_STEP = 100;

interface CaseWorld {
  readonly host: Host;
  readonly state: HostState;
  readonly chance: Chance;
  readonly frames: Surroundings['frames'];
  readonly flights: Flight[];
}

/** A packet of a case as it sets out. */
export const flightOf = (sent: CasePacket, id: string, devices: CaseDevices, frames: Surroundings['frames'] = {}): Flight => {
  const packet = toPacket(sent, id);
  if (sent.from !== 'node') return { ...arriving(packet, devices[sent.from]), frame: frames[sent.from] };
  const { mark = 0, uid = 0, gid = 0, groups = [], device } = sent.socket ?? {};
  return leaving(packet, { origin: 'raw', owner: { kind: 'socket', uid, gid, supplementaryGids: groups }, mark, boundTo: device });
};

const sendPacket = ({ host, state, chance, frames, flights }: CaseWorld, sent: CasePacket, id: string): PlayedPacket => {
  const flight = flightOf(sent, id, DEVICES, frames);
  flights.push(flight);
  return { journey: run(host, state, flight, chance), origin: flight.origin };
};

const releasePacket = ({ host, state, chance, flights }: CaseWorld, index: number, id: string): PlayedPacket => {
  const flight = flights[index];
  if (flight?.stage.kind !== 'held') {
    throw new InputError({ file: id, line: 1, column: 1 }, `packet ${index} is not held`, 'release a packet that was sent and held');
  }
  letGo(flight);
  return { journey: resume(host, state, flight, chance), origin: flight.origin };
};

const show = ({ journey, origin }: PlayedPacket): CaseAnswer => {
  const trace = kernelMarks(journey.trace);
  const { outcome } = journey;
  const packet = showPacket(journey.packet, hasDrawnPort(journey));
  switch (outcome.kind) {
    case 'held':
      return { trace, result: 'held' };
    case 'delivered':
      return { trace, result: 'local', packet };
    case 'forwarded':
    case 'sent':
      return { trace, result: outcome.kind, oif: outcome.device, packet };
    case 'dropped': {
      const errno = origin === 'raw' ? outcome.sendError : undefined;
      return { trace, result: 'dropped', ...(errno === undefined ? {} : { errno }) };
    }
    case 'not-modelled':
      throw new InputError({ file: 'case', line: 1, column: 1 }, `not modelled: ${outcome.what}`);
  }
};

export const hasDrawnPort = ({ trace }: Journey): boolean => trace.some((step) => step.kind === 'translated' && step.drawn);

const showPacket = (packet: Packet, drawn: boolean): Readonly<Record<string, string | number>> => {
  const { src, dst, ttl, tos } = packet;
  const base = { src, dst, ttl, tos };
  if (packet.kind !== 'udp' && packet.kind !== 'tcp' && packet.kind !== 'ported') return base;
  const { sport, dport } = packet;
  return { ...base, sport: drawn ? '*' : sport, dport };
};

const NAMES: Readonly<Record<number, string>> = {
  [PROTOCOL.udp]: 'udp',
  [PROTOCOL.tcp]: 'tcp',
  [PROTOCOL.icmp]: 'icmp',
  [PROTOCOL.icmpv6]: 'icmpv6',
};

export const showEntry = (entry: Entry, { now }: HostState): CaseEntry => {
  const state = trackingState(entry);
  return {
    proto: NAMES[entry.original.protocol] ?? 'unknown',
    ...(state === undefined ? {} : { state }),
    orig: showTuple(entry.original, false),
    reply: showTuple(entry.reply, entry.portDrawn),
    unreplied: !entry.status.seenReply,
    assured: entry.status.assured,
    mark: entry.mark,
    timeout: Math.floor((entry.expiresAt - now) / 1000),
  };
};

const showTuple = (tuple: Tuple, drawn: boolean): Readonly<Record<string, string>> => {
  const { src, dst } = tuple;
  switch (tuple.kind) {
    case 'plain':
      return { src, dst };
    case 'ports':
      return { src, dst, sport: String(tuple.sport), dport: drawn ? '*' : String(tuple.dport) };
    case 'icmp':
      return { src, dst, type: String(tuple.icmpType), code: String(tuple.icmpCode), id: drawn ? '*' : String(tuple.icmpId) };
  }
};

/** By protocol, then by the original tuple's fields in the order of their names: how the cases are sorted. */
const sortKey = (entry: CaseEntry): string => {
  const fields = Object.entries(entry.orig).sort(([a], [b]) => (a < b ? -1 : 1));
  return [entry.proto, ...fields.map(([, value]) => value)].join(' ');
};
const byText = (a: CaseEntry, b: CaseEntry): number => (sortKey(a) < sortKey(b) ? -1 : 1);

const showCounters = (counters: ConntrackCounters): Readonly<Record<string, number>> => ({
  found: counters.found,
  invalid: counters.invalid,
  insert_failed: counters.insertFailed,
  drop: counters.drop,
  clash_resolve: counters.clashResolve,
});
