import { invariant } from '../../error.ts';
import { TCP_FLAG } from '../../packet/packet.ts';
import type { TcpPacket } from '../../packet/packet.ts';
import { later } from '../../time.ts';
import type { Duration, Instant } from '../../time.ts';
import { account } from '../entry/accounting.ts';
import type { Entry } from '../entry/entry.ts';
import type { ConntrackSettings } from '../entry/settings.ts';
import type { SegmentKind, TcpState, TcpTracking } from '../entry/tcp-tracking.ts';
import type { Direction } from '../entry/tuple.ts';
import type { TrackInput, TrackVerdict } from './machine.ts';
import { refresh } from './refresh.ts';
import { nextState, segmentKind } from './tcp-states.ts';
import type { Transition } from './tcp-states.ts';
import { checkWindow, newSide, readOptions, resetSide, segmentEnd } from './tcp-window.ts';

export const newTcpTracking = (): TcpTracking => ({
  kind: 'tcp',
  state: 'NONE',
  sides: { original: newSide(), reply: newSide() },
  last: { kind: 'none', direction: 'original', sequence: 0, acknowledgement: 0, end: 0, window: 0 },
  retransmissions: 0,
  simultaneousOpen: false,
  challengeExpected: false,
  ignoredScale: undefined,
});

/** Flag combinations that a sane stack sends (`tcp_valid_flags`); ECE, CWR and PSH do not count. */
const saneFlags = (flags: number): boolean => {
  const { SYN, ACK, FIN, RST, URG } = TCP_FLAG;
  const sane = [SYN, SYN | URG, SYN | ACK, RST, RST | ACK, FIN | ACK, FIN | ACK | URG, ACK, ACK | URG];
  return sane.includes(flags & (SYN | ACK | FIN | RST | URG));
};

/** Nobody waits for these states any more (`tcp_can_early_drop`). */
const CLOSING: readonly TcpState[] = ['FIN_WAIT', 'LAST_ACK', 'TIME_WAIT', 'CLOSE', 'CLOSE_WAIT'];

const other = (direction: Direction): Direction => (direction === 'original' ? 'reply' : 'original');

/** `nf_conntrack_tcp_packet` (nf_conntrack_proto_tcp.c, 6.12). */
export const trackTcp = (input: TrackInput): TrackVerdict => {
  const { entry, packet, direction, settings } = input;
  const { tracking } = entry;
  if (tracking.kind !== 'tcp' || packet.kind !== 'tcp' || !saneFlags(packet.flags)) return 'invalid';
  if (!entry.status.confirmed && !begin(tracking, packet, settings)) return 'invalid';

  const from = tracking.state;
  const kind = segmentKind(packet);
  const planned = plan(tracking, { entry, packet, direction, kind, from, to: nextState(direction, kind, from) });
  switch (planned.kind) {
    case 'verdict':
      return planned.verdict;
    case 'move':
      if (planned.checkWindow) {
        const window = checkWindow(tracking, packet, { direction, kind, beLiberal: settings.tcpBeLiberal });
        if (window === 'ignored') return 'accept';
        if (window === 'outside') {
          distrust(input, tracking, kind);
          return 'invalid';
        }
      }
      return move(input, tracking, { kind, from: planned.from, to: planned.to });
  }
};

/** The first segment of a connection that is not in the table (`tcp_new`). */
const begin = (tracking: TcpTracking, packet: TcpPacket, settings: ConntrackSettings): boolean => {
  const state = nextState('original', segmentKind(packet), 'NONE');
  if (state === 'invalid' || state === 'ignored') return false;
  if (state !== 'SYN_SENT' && !settings.tcpLoose) return false;
  const { original, reply } = tracking.sides;
  original.end = segmentEnd(packet);
  original.windowMax = Math.max(packet.window, 1);
  original.endMax = original.end;
  if (state === 'SYN_SENT') {
    readOptions(original, packet);
  } else {
    // In the middle: the window's scale is unknown, so the window is not held against it.
    original.endMax = (original.end + original.windowMax) >>> 0;
    original.liberal = true;
    reply.liberal = true;
  }
  return true;
};

interface Segment {
  readonly entry: Entry;
  readonly packet: TcpPacket;
  readonly direction: Direction;
  readonly kind: SegmentKind;
  readonly from: TcpState;
  readonly to: Transition;
}

type Plan =
  | { readonly kind: 'verdict'; readonly verdict: TrackVerdict }
  | { readonly kind: 'move'; readonly from: TcpState; readonly to: TcpState; readonly checkWindow: boolean };

/** The special cases around the table: which state follows, and whether the window counts. */
const plan = (tracking: TcpTracking, segment: Segment): Plan => {
  const { kind, direction, from, to } = segment;
  const go = (next: TcpState, checked = true): Plan => ({ kind: 'move', from, to: next, checkWindow: checked });
  switch (to) {
    case 'invalid':
      return { kind: 'verdict', verdict: 'invalid' };
    case 'ignored':
      return ignore(tracking, segment);
    case 'SYN_SENT': {
      if (from !== 'TIME_WAIT' && from !== 'CLOSE' && from !== 'SYN_SENT2') return go(to);
      const closed = tracking.sides.original.closeInitiated || tracking.sides.reply.closeInitiated;
      const aborted = tracking.last.direction === direction && tracking.last.kind === 'rst';
      return closed || aborted ? { kind: 'verdict', verdict: 'reopen' } : ignore(tracking, segment);
    }
    case 'TIME_WAIT': {
      const challenge =
        from === 'LAST_ACK' &&
        kind === 'ack' &&
        tracking.last.direction !== direction &&
        tracking.last.kind === 'syn' &&
        tracking.challengeExpected;
      if (!challenge) return go(to);
      tracking.challengeExpected = false;
      return { kind: 'verdict', verdict: 'accept' };
    }
    case 'SYN_SENT2':
      tracking.simultaneousOpen = true;
      return go(to);
    case 'SYN_RECV':
      return go(direction === 'reply' && kind === 'ack' && tracking.simultaneousOpen ? 'ESTABLISHED' : to);
    case 'CLOSE':
      return kind === 'rst' ? reset(tracking, segment) : go(to);
    case 'NONE':
    case 'ESTABLISHED':
    case 'FIN_WAIT':
    case 'CLOSE_WAIT':
    case 'LAST_ACK':
      return go(to);
  }
};

/** The segment may be right and the entry out of date: let it pass, remember it, learn from the answer. */
const ignore = (tracking: TcpTracking, { packet, direction, kind, from }: Segment): Plan => {
  const { last } = tracking;
  if (kind === 'synack' && last.kind === 'syn' && last.direction !== direction && packet.acknowledgement === last.end) {
    tracking.challengeExpected = false;
    Object.assign(tracking.sides[last.direction], {
      ...newSide(),
      end: last.end,
      endMax: last.end,
      windowMax: Math.max(last.window, 1),
      scale: tracking.ignoredScale ?? 0,
      offersScale: tracking.ignoredScale !== undefined,
    });
    resetSide(tracking.sides[direction]);
    return { kind: 'move', from: 'SYN_SENT', to: 'SYN_RECV', checkWindow: true };
  }
  last.kind = kind;
  last.direction = direction;
  last.sequence = packet.sequence;
  last.end = segmentEnd(packet);
  last.window = packet.window;
  if (kind === 'syn' && direction === 'original') {
    const seen = newSide();
    readOptions(seen, packet);
    tracking.ignoredScale = seen.offersScale ? seen.scale : undefined;
    tracking.simultaneousOpen = false;
    tracking.challengeExpected = from === 'LAST_ACK';
  }
  if (from === 'SYN_SENT' && kind === 'ack' && direction === 'reply') last.acknowledgement = packet.acknowledgement;
  return { kind: 'verdict', verdict: 'accept' };
};

/** A RST ends the connection only if it can be believed. */
const reset = (tracking: TcpTracking, { entry, packet, direction, from }: Segment): Plan => {
  const { last, sides } = tracking;
  const go = (to: TcpState, checkWindow: boolean): Plan => ({ kind: 'move', from, to, checkWindow });
  if (CLOSING.includes(from)) return go('CLOSE', false);
  const ackMax = sides[other(direction)].ackMax;
  const { sequence, acknowledgement } = packet;
  // `nf_conntrack_tcp_established`: both ends were heard to agree.
  const established = from === 'ESTABLISHED' && entry.status.assured;
  let to: TcpState = 'CLOSE';
  if (ackMax !== undefined && last.kind !== 'syn') {
    if (sequence === 0 && !established) return go(to, true);
    if (((sequence - ackMax) | 0) < 0) return { kind: 'verdict', verdict: 'invalid' };
    if (!established || sequence === ackMax) return go(to, true);
    if (last.kind === 'ack' && last.direction === direction && sequence === last.end) return go(to, true);
    to = from; // keep it alive: a challenge ACK may come
  }
  const answersIgnored =
    ((entry.status.seenReply && last.kind === 'syn' && last.direction !== direction) ||
      (!entry.status.assured && last.kind === 'ack')) &&
    acknowledgement === last.end;
  const answersChallenge =
    from === 'SYN_SENT' && last.kind === 'ack' && last.direction === 'reply' && sequence === last.acknowledgement;
  return go(to, !(answersIgnored || answersChallenge));
};

/** Ends that do not fit the window: the connection may be dead, so let it expire sooner (`nf_tcp_handle_invalid`). */
const distrust = ({ entry, direction, now, settings }: TrackInput, { last }: TcpTracking, kind: SegmentKind): void => {
  if (!entry.status.assured || entry.status.fixedTimeout || (kind !== 'rst' && kind !== 'fin')) return;
  if (last.direction !== direction && (last.kind === 'fin' || last.kind === 'rst')) {
    const unacknowledged = later(now, settings.tcpTimeoutUnacknowledged);
    if (entry.expiresAt > unacknowledged) entry.expiresAt = unacknowledged;
  } else {
    last.kind = kind;
    last.direction = direction;
  }
};

const move = (
  input: TrackInput,
  tracking: TcpTracking,
  { kind, from, to }: { readonly kind: SegmentKind; readonly from: TcpState; readonly to: TcpState },
): TrackVerdict => {
  const { entry, packet, direction, settings } = input;
  invariant(packet.kind === 'tcp', 'the TCP machine is given TCP segments');
  tracking.last.kind = kind;
  tracking.last.direction = direction;
  tracking.state = to;
  if (from !== to && to === 'FIN_WAIT') tracking.sides[direction].closeInitiated = true;
  const { status } = entry;
  let timeout = stateTimeout(tracking, kind, settings);
  if (!status.seenReply) {
    if (kind === 'rst') {
      account(entry.accounting, packet, direction);
      return 'close';
    }
    // Retransmitted SYNs must not keep the entry, and its port, alive for ever.
    if (kind === 'syn' && from === 'SYN_SENT') return 'accept';
    if (to === 'ESTABLISHED' && timeout > settings.tcpTimeoutUnacknowledged) timeout = settings.tcpTimeoutUnacknowledged;
  } else if (!status.assured && (from === 'SYN_RECV' || from === 'ESTABLISHED') && to === 'ESTABLISHED') {
    status.assured = true;
  }
  refresh(input, timeout);
  return 'accept';
};

/** Doubts shorten a long life, each only if it is longer than the doubt allows. */
const stateTimeout = (tracking: TcpTracking, kind: SegmentKind, settings: ConntrackSettings): Duration => {
  const usual = settings.tcpTimeouts[tracking.state];
  const { tcpRetransmissionsMax, tcpTimeoutMaxRetransmissions: retransmitting, tcpTimeoutUnacknowledged: unacknowledged } = settings;
  const { original, reply } = tracking.sides;
  if (tracking.retransmissions >= tcpRetransmissionsMax && usual > retransmitting) return retransmitting;
  if (kind === 'rst') return settings.tcpTimeouts.CLOSE;
  if ((original.dataUnacknowledged || reply.dataUnacknowledged) && usual > unacknowledged) return unacknowledged;
  if (tracking.last.window === 0 && usual > retransmitting) return retransmitting;
  return usual;
};

/** A rule answers for the other end with a reset: the connection is over (`nf_conntrack_tcp_set_closing`, 6.12). */
export const closeTcp = (entry: Entry, now: Instant, settings: ConntrackSettings): void => {
  const { tracking, status } = entry;
  if (tracking.kind !== 'tcp' || !status.confirmed) return;
  const from = tracking.state;
  tracking.state = 'CLOSE';
  if (from !== 'CLOSE' && !status.fixedTimeout) entry.expiresAt = later(now, settings.tcpTimeouts.CLOSE);
};
