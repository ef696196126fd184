import { TCP_FLAG } from '@nodelocal/netfilter-sim';
import type { Packet, TcpPacket } from '@nodelocal/netfilter-sim';
import type { Unacknowledged } from '../network/retransmission.ts';
import { afterAcknowledgement, afterSending, isGivenUp, NOTHING_SENT, patienceMs } from '../network/retransmission.ts';
import { connect, finish, listen, receiveSegment, sendMessage } from '../network/tcp.ts';
import type { TcpEnd, TcpStep } from '../network/tcp.ts';
import type { Clock } from './clock.ts';
import { tcpPacket } from './packets.ts';
import type { End } from './packets.ts';

export interface TcpOptions {
  readonly clock: Clock;
  readonly here: End;
  readonly there: End;
  /** The first sequence number. */
  readonly sequence: number;
  readonly emit: (packet: Packet) => void;
  readonly receive: (message: Uint8Array) => void;
  /** The other side has ended it, or is not there. */
  readonly ended: (why: 'closed' | 'reset' | 'refused' | 'timed-out') => void;
}

/** One end of a connection, with what it sends again. */
export interface TcpConnection {
  readonly isOpen: boolean;
  send(message: Uint8Array): void;
  /** Nothing more is said, and nothing is told of the end. */
  close(): void;
  take(packet: TcpPacket): void;
}

const createTcpEnd = (options: TcpOptions, start: TcpStep): TcpConnection => {
  const { clock } = options;
  let end: TcpEnd = start.end;
  let waiting: Unacknowledged = NOTHING_SENT;
  /** A timer that was set before does nothing. */
  let timer = 0;
  let isTold = false;

  const advance = (step: TcpStep): void => {
    end = step.end;
    const before = waiting;
    waiting = afterSending(waiting, step.send);
    for (const segment of step.send) options.emit(tcpPacket(options.here, options.there, segment));
    if (waiting !== before) wait();
    for (const message of step.received) options.receive(message);
  };
  const wait = (): void => {
    timer += 1;
    const mine = timer;
    const patience = patienceMs(waiting);
    if (patience === undefined) return;
    clock.at(clock.nowMs + patience, () => {
      if (mine === timer) sendAgain();
    });
  };
  const sendAgain = (): void => {
    if (isGivenUp(waiting)) {
      waiting = NOTHING_SENT;
      end = { ...end, state: 'closed' };
      tell('timed-out');
      return;
    }
    waiting = { ...waiting, retries: waiting.retries + 1 };
    for (const segment of waiting.segments) options.emit(tcpPacket(options.here, options.there, segment));
    wait();
  };
  const tell = (why: Parameters<TcpOptions['ended']>[0]): void => {
    if (isTold) return;
    isTold = true;
    options.ended(why);
  };
  const stop = (): void => {
    waiting = NOTHING_SENT;
    wait();
  };

  advance(start);
  return {
    get isOpen() {
      return end.state !== 'closed' && end.state !== 'fin-sent' && end.state !== 'last-ack';
    },
    send(message) {
      advance(sendMessage(end, message));
    },
    close() {
      isTold = true;
      advance(finish(end));
      if (end.state === 'closed') stop();
    },
    take(packet) {
      const wasOpening = end.state === 'syn-sent';
      if ((packet.flags & TCP_FLAG.ACK) !== 0) {
        const before = waiting;
        waiting = afterAcknowledgement(waiting, packet.acknowledgement);
        if (waiting !== before) wait();
      }
      advance(receiveSegment(end, packet));
      if (end.state === 'closed') stop();
      if (end.state === 'closed' || end.state === 'last-ack') {
        tell((packet.flags & TCP_FLAG.RST) === 0 ? 'closed' : wasOpening ? 'refused' : 'reset');
      }
    },
  };
};

export const openTcp = (options: TcpOptions): TcpConnection => createTcpEnd(options, connect(options.sequence));

export const acceptTcp = (options: TcpOptions): TcpConnection => createTcpEnd(options, { end: listen(options.sequence), send: [], received: [] });
