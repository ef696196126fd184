import { address, seededChance, TCP_FLAG } from '@nodelocal/netfilter-sim';
import type { Packet } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { afterAcknowledgement, afterSending, isGivenUp, NOTHING_SENT, patienceMs } from '../../src/network/retransmission.ts';
import { connect } from '../../src/network/tcp.ts';
import { createClock } from '../../src/run/clock.ts';
import type { TcpConnection } from '../../src/run/tcp-connection.ts';
import { acceptTcp, openTcp } from '../../src/run/tcp-connection.ts';

const HERE = { address: address('192.0.2.1'), port: 40_000 };
const THERE = { address: address('192.0.2.2'), port: 53 };
const MESSAGES = Array.from({ length: 12 }, (_, at) => Uint8Array.of(at, 1, 2, 3));

/** Two ends, a link of ten milliseconds between them that loses a part, and a server that sends back what it gets. */
const converse = (lossShare: number, seed: number) => {
  const clock = createClock();
  const chance = seededChance(seed);
  const told: string[] = [];
  const echoed: number[] = [];
  const carry = (to: () => TcpConnection) => (packet: Packet) => {
    if (packet.kind !== 'tcp' || chance.integer(1000) < lossShare * 1000) return;
    clock.at(clock.nowMs + 10, () => to().take(packet));
  };
  const server: TcpConnection = acceptTcp({
    clock,
    here: THERE,
    there: HERE,
    sequence: 2 ** 32 - 20,
    emit: carry(() => client),
    receive: (message) => server.send(message),
    ended: (why) => told.push(`server: ${why}`),
  });
  const client: TcpConnection = openTcp({
    clock,
    here: HERE,
    there: THERE,
    sequence: 2 ** 32 - 30,
    emit: carry(() => server),
    receive(message) {
      echoed.push(message[0] ?? -1);
      if (echoed.length === MESSAGES.length) client.close();
    },
    ended: (why) => told.push(`client: ${why}`),
  });
  for (const message of MESSAGES) client.send(message);
  clock.run(() => false);
  return { echoed, told, endedMs: clock.nowMs };
};

describe('a connection', () => {
  it('carries messages both ways in order, and ends, over numbers that run around', () => {
    expect(converse(0, 1)).toEqual({ echoed: MESSAGES.map((_, at) => at), told: ['server: closed'], endedMs: expect.any(Number) as number });
  });

  it.each(Array.from({ length: 25 }, (_, seed) => seed))('does so where a fifth of all segments is lost, with seed %i', (seed) => {
    expect(converse(0.2, seed).echoed).toEqual(MESSAGES.map((_, at) => at));
  });

  it('is given up after the seventh SYN, as Linux does it: 127 s', () => {
    expect(converse(1, 1)).toEqual({ echoed: [], told: ['client: timed-out'], endedMs: 127_000 });
  });
});

describe('what is sent again', () => {
  const { send } = connect(7);
  const opened = afterSending(NOTHING_SENT, send);

  it('is waited for twice as long each time', () => {
    const waits = Array.from({ length: 7 }, (_, retries) => patienceMs({ ...opened, retries }));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000]);
    expect([isGivenUp({ ...opened, retries: 5 }), isGivenUp({ ...opened, retries: 6 })]).toEqual([false, true]);
  });

  it('is forgotten when it is acknowledged, and not before', () => {
    expect(afterAcknowledgement(opened, 7)).toBe(opened);
    expect(afterAcknowledgement(opened, 8)).toEqual({ segments: [], retries: 0 });
    expect(patienceMs(afterAcknowledgement(opened, 8))).toBeUndefined();
  });

  it('is nothing of a bare acknowledgement', () => {
    const bare = send.map((segment) => ({ ...segment, flags: TCP_FLAG.ACK }));
    expect(afterSending(NOTHING_SENT, bare).segments).toEqual([]);
  });
});
