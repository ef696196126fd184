import type { Case, CaseEvent, CaseHeaders, CasePacket } from '../../../src/cases/case.ts';
import { toPacket } from '../../../src/cases/packet.ts';
import { hasDrawnPort, playCase } from '../../../src/cases/run.ts';
import type { Host } from '../../../src/host/host.ts';
import { TCP_FLAG } from '../../../src/packet/packet.ts';
import type { Packet } from '../../../src/packet/packet.ts';
import { seenBehind } from './bridges.ts';
import { stateBefore } from '../state.ts';
import { SURROUNDINGS } from '../surroundings.ts';
import type { CasePlan } from './case.ts';
import type { Change, PacketPlan } from './packets.ts';
import { POOLS } from './pools.ts';
import { ruleSetText } from './rules.ts';
import { setsText } from './sets.ts';

/**
 * Makes packets of plans. Where a packet came out, and with which addresses, the model says: if it is
 * wrong there, the packet before disagrees, and the answer is only less to the point.
 */
export const resolve = ({ family, node, rules: plannedRules, sets: plannedSets, sysctls, packets }: CasePlan, host: Host): Case => {
  const rules = ruleSetText(plannedRules);
  const sets = setsText(plannedSets, rules);
  let of: Case = { id: 'generated', node, family, rules, ...(sets === undefined ? {} : { sets }), sysctls, events: [], expect: [], conntrack: [] };
  const sent: Sent[] = [];
  for (const plan of packets) {
    const made = make(plan, of, host, sent);
    if (made === undefined) continue;
    if (made.kind === 'send') sent.push({ at: of.events.length, packet: made.packet, talk: talkOf(plan, made.packet, sent) });
    of = { ...of, events: [...of.events, made] };
  }
  return of;
};

/** The two ends of a TCP connection: which number each would send next. */
interface Talk {
  readonly next: [number, number];
  readonly side: 0 | 1;
}

interface Sent {
  /** Its place among the events. */
  readonly at: number;
  readonly packet: CasePacket;
  readonly talk: Talk;
}

const SERVER_SEQUENCE = 5000;

const wrap = (number: number): number => number >>> 0;

const endOf = ({ seq = 1000, payload = 0, flags = '' }: CaseHeaders): number =>
  wrap(seq + payload + (flags.includes('S') ? 1 : 0) + (flags.includes('F') ? 1 : 0));

const referent = (plan: PacketPlan, sent: readonly Sent[]): Sent | undefined => {
  if (sent.length === 0) return undefined;
  switch (plan.kind) {
    case 'answer':
      return sent[plan.to % sent.length];
    case 'next':
      return sent[plan.after % sent.length];
    case 'error':
      return sent[plan.about % sent.length];
    case 'fresh':
    case 'wait':
      return undefined;
  }
};

const otherSide = (side: 0 | 1): 0 | 1 => (side === 0 ? 1 : 0);

const talkOf = (plan: PacketPlan, packet: CasePacket, sent: readonly Sent[]): Talk => {
  const about = referent(plan, sent);
  if (about === undefined || plan.kind === 'error') return { next: [endOf(packet), SERVER_SEQUENCE], side: 0 };
  const side = plan.kind === 'answer' ? otherSide(about.talk.side) : about.talk.side;
  about.talk.next[side] = endOf(packet);
  return { next: about.talk.next, side };
};

const make = (plan: PacketPlan, of: Case, host: Host, sent: readonly Sent[]): CaseEvent | undefined => {
  switch (plan.kind) {
    case 'fresh':
      return { kind: 'send', packet: plan.packet };
    case 'wait':
      return { kind: 'wait', ms: plan.ms };
    case 'next': {
      const before = referent(plan, sent);
      if (before === undefined) return undefined;
      return { kind: 'send', packet: { ...before.packet, ...changed(before.packet, plan.change, before.talk) } };
    }
    case 'answer': {
      const before = referent(plan, sent);
      if (before === undefined) return undefined;
      const arrived = arrival(before, of, host);
      if (arrived === undefined) return undefined;
      const { headers, from } = arrived;
      const answer = turned(headers);
      const talk: Talk = { next: before.talk.next, side: otherSide(before.talk.side) };
      return answer === undefined ? undefined : { kind: 'send', packet: { from, ...answer, ...changed(answer, plan.change, talk) } };
    }
    case 'error': {
      const before = referent(plan, sent);
      return before === undefined ? undefined : errorAbout(before, of, host, plan);
    }
  }
};

/** TCP goes on in the numbers of its connection. */
const changed = ({ proto }: CaseHeaders, change: Change, { next, side }: Talk): Partial<CaseHeaders> => {
  const { ttl, tos } = change;
  if (proto !== 'tcp') return { ttl, tos };
  const { flags, payload, window, mss, sequenceSkew, acknowledgementSkew } = change;
  const seq = wrap(next[side] + sequenceSkew - (flags === 'S' ? 1 : 0));
  const ack = flags.includes('A') ? wrap(next[otherSide(side)] + acknowledgementSkew) : 0;
  return { ttl, tos, flags, payload, window, seq, ack, ...(flags.startsWith('S') && mss !== undefined ? { mss } : {}) };
};

const PEERS: Readonly<Record<string, CasePacket['from']>> = { vpod1: 'pod1', vpod2: 'pod2', eth0: 'up' };

/**
 * How the packet looked to who got it, and who that is; if nobody did, the one upstream guesses. With a
 * port that chance gave it looks otherwise each time: nothing can be sent about it.
 */
const arrival = ({ at, packet }: Sent, of: Case, host: Host): { readonly headers: CaseHeaders; readonly from: CasePacket['from'] } | undefined => {
  const played = playCase(of, { host, state: stateBefore(of) }, SURROUNDINGS).journeys[at];
  const outcome = played?.journey.outcome;
  if (played === undefined || outcome === undefined || hasDrawnPort(played.journey)) return undefined;
  switch (outcome.kind) {
    case 'delivered':
      return { headers: toHeaders(played.journey.packet), from: 'node' };
    case 'forwarded':
    case 'sent':
      return { headers: toHeaders(played.journey.packet), from: PEERS[seenBehind(outcome.device, played.journey.packet.dst)] ?? 'up' };
    case 'dropped':
    case 'held':
    case 'not-modelled':
      return { headers: packet, from: 'up' };
  }
};

const FLAG_LETTERS = { F: TCP_FLAG.FIN, S: TCP_FLAG.SYN, R: TCP_FLAG.RST, P: TCP_FLAG.PSH, A: TCP_FLAG.ACK, U: TCP_FLAG.URG, E: TCP_FLAG.ECE, W: TCP_FLAG.CWR };

/** TCP flags by their letters, as cases have them. */
export const flagLetters = (flags: number): string =>
  Object.entries(FLAG_LETTERS)
    .flatMap(([letter, bit]) => ((flags & bit) === 0 ? [] : [letter]))
    .join('');

export const toHeaders = (packet: Packet): CaseHeaders => {
  const { src, dst, ttl, tos, payloadBytes: payload } = packet;
  const base = { src, dst, ttl, tos, payload };
  switch (packet.kind) {
    case 'udp':
      return { proto: 'udp', ...base, sport: packet.sport, dport: packet.dport };
    case 'tcp': {
      const { sport, dport, sequence: seq, acknowledgement: ack, window } = packet;
      return { proto: 'tcp', ...base, sport, dport, flags: flagLetters(packet.flags), seq, ack, window };
    }
    case 'icmp':
    case 'icmpv6': {
      const { kind, icmpType, icmpCode, icmpId, inner } = packet;
      return { proto: kind, ...base, icmpType, icmpCode, icmpId, ...(inner === undefined ? {} : { inner: toHeaders(inner) }) };
    }
    case 'ported':
    case 'other':
      return { proto: String(packet.protocol), ...base };
  }
};

const ANSWER_TYPES: Readonly<Record<number, number>> = { 8: 0, 13: 14, 17: 18, 128: 129, 139: 140 };

const TO_MANY: readonly string[] = [POOLS.ipv4, POOLS.ipv6].flatMap(({ toMany, strange }) => [...toMany, ...strange]);

/**
 * From here to another address of the host no program sends; and TCP would answer by the device of the
 * other address, which has no route back (`fl6.flowi6_oif` in tcp_v6_send_response, net/ipv6/tcp_ipv6.c).
 */
const LOOPBACK_IPV6 = '::1';

/** The other way round; `undefined` for what nobody answers. */
export const turned = (headers: CaseHeaders): CaseHeaders | undefined => {
  const { src, dst, sport, dport, icmpType, ...rest } = headers;
  if (TO_MANY.includes(dst) || dst === LOOPBACK_IPV6) return undefined;
  if (icmpType === undefined) return { ...rest, src: dst, dst: src, ...(sport === undefined || dport === undefined ? {} : { sport: dport, dport: sport }) };
  const answer = ANSWER_TYPES[icmpType];
  return answer === undefined ? undefined : { ...rest, src: dst, dst: src, icmpType: answer };
};

const ERRORS = {
  ipv4: [[3, 3], [3, 1], [11, 0], [3, 4], [12, 0]],
  ipv6: [[1, 4], [1, 0], [3, 0], [2, 0], [4, 1]],
} as const;
const ROUTER = { ipv4: '172.18.0.3', ipv6: 'fd00:172:18::3' } as const;

const errorAbout = (before: Sent, of: Case, host: Host, { error, byRouter }: Extract<PacketPlan, { kind: 'error' }>): CaseEvent | undefined => {
  const arrived = arrival(before, of, host);
  // An error about an error is never sent.
  if (arrived === undefined || arrived.headers.inner !== undefined || TO_MANY.includes(arrived.headers.dst)) return undefined;
  const { headers, from } = arrived;
  const [icmpType, icmpCode] = ERRORS[of.family][error % ERRORS[of.family].length] ?? [3, 3];
  const packet: CasePacket = {
    from,
    proto: of.family === 'ipv4' ? 'icmp' : 'icmpv6',
    src: byRouter && from === 'up' ? ROUTER[of.family] : headers.dst,
    dst: headers.src,
    icmpType,
    icmpCode,
    inner: headers,
  };
  // Refuses what is no packet at all before it is sent.
  toPacket(packet, of.id);
  return { kind: 'send', packet };
};
