import type { RemoteInfo, Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExchangeEvent } from '../../src/engine/runtime.ts';
import { serveDatagrams } from '../../src/loop/datagrams.ts';
import { loopOf } from '../../src/loop/loop.ts';
import { openBound } from '../../src/loop/open.ts';
import { systemCalls } from '../../src/loop/system-calls.ts';
import { yieldToNode } from '../../src/sockets/node-turn.ts';
import type { Pool } from '../../src/sockets/pool.ts';
import { createUdpPool } from '../../src/sockets/udp-pool.ts';
import { UDP_SOCKET_USES, UDP_SOCKET_USES_MAX, UDP_SOCKETS_MAX, UDP_SOCKETS_OPEN } from '../../src/sockets/upstream-limits.ts';
import { PLAIN_CONNECTION } from '../../src/upstream/target.ts';
import { freePort } from '../support/loopback.ts';

const calls = systemCalls();
const note = calls === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';
const ADDRESS = '127.0.0.1';

const messageOf = (id: number): Uint8Array => Uint8Array.of(id >>> 8, id & 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
const idOf = (message: Uint8Array): number => ((message[0] ?? 0) << 8) | (message[1] ?? 0);

describe.skipIf(calls === undefined)(`UDP sockets to one upstream${note}`, () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  const upstreamOf = async (take: (socket: Socket, message: Buffer, from: RemoteInfo) => void): Promise<number> => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    open.push(socket);
    socket.on('message', (message, from) => take(socket, message, from));
    socket.bind(0, ADDRESS);
    await once(socket, 'listening');
    return socket.address().port;
  };

  const poolTo = (port: number): { readonly pool: Pool; readonly reused: boolean[] } => {
    if (calls === undefined) throw new Error('no system calls');
    const reused: boolean[] = [];
    const pool = createUdpPool(calls, { upstream: { address: ADDRESS, port }, connection: { ...PLAIN_CONNECTION } }, (was) => reused.push(was));
    open.push(pool);
    return { pool, reused };
  };

  const ask = async (pool: Pool, id: number): Promise<ExchangeEvent> =>
    new Promise((resolve) => {
      const exchange = pool.ask(messageOf(id), (event) => {
        exchange.close();
        resolve(event);
        yieldToNode();
      });
    });

  it('spreads questions over sockets, none of which carries more than its share', async () => {
    const ports = new Map<number, number>();
    const port = await upstreamOf((socket, message, from) => {
      ports.set(idOf(message), from.port);
      socket.send(message, from.port, from.address);
    });
    const { pool, reused } = poolTo(port);
    const asked = 8 * UDP_SOCKETS_MAX * UDP_SOCKET_USES;
    for (let first = 0; first < asked; first += 32) {
      const ids = Array.from({ length: 32 }, (_, at) => first + at);
      expect(await Promise.all(ids.map((id) => ask(pool, id)))).toEqual(ids.map((id) => ({ kind: 'reply', message: messageOf(id) })));
    }
    // A port that was given up may be drawn again: a socket is one from its first question on.
    const uses = new Map<number, number>();
    const all: number[] = [];
    for (const [id, from] of [...ports].toSorted(([a], [b]) => a - b)) {
      if (reused[id] === false) all.push(uses.get(from) ?? 0);
      uses.set(from, reused[id] === false ? 1 : (uses.get(from) ?? 0) + 1);
    }
    all.push(...uses.values());
    expect(Math.max(...all)).toBeLessThanOrEqual(UDP_SOCKET_USES);
    expect(uses.size).toBeGreaterThan(UDP_SOCKETS_MAX);
    expect(reused.filter((was) => was).length).toBeGreaterThan(asked / 2);
  });

  it('opens no socket for every few questions where thousands wait', async () => {
    const ports = new Map<number, number>();
    const port = await upstreamOf((_socket, _message, from) => ports.set(from.port, (ports.get(from.port) ?? 0) + 1));
    const { pool } = poolTo(port);
    for (let id = 0; id < 5000; id += 1) {
      pool.ask(messageOf(id), () => undefined);
      if (id % 200 === 199) await sleep(1);
    }
    await sleep(10);
    expect(ports.size).toBeLessThan(2 * UDP_SOCKETS_OPEN);
    expect(Math.max(...ports.values())).toBeLessThanOrEqual(UDP_SOCKET_USES_MAX);
  });

  it('never has two questions with one ID on one socket', async () => {
    const ports: number[] = [];
    const port = await upstreamOf((_socket, _message, from) => ports.push(from.port));
    const { pool } = poolTo(port);
    for (let time = 0; time < 100; time += 1) pool.ask(messageOf(7), () => undefined);
    while (ports.length < 100) await sleep(1);
    expect(new Set(ports).size).toBe(100);
  });

  it('tells all that wait on a socket of an ID that nobody asked with, and nobody of one that is settled', async () => {
    const from = new Map<number, RemoteInfo>();
    let upstream: Socket | undefined;
    const port = await upstreamOf((socket, message, peer) => {
      upstream = socket;
      from.set(idOf(message), peer);
    });
    const { pool } = poolTo(port);
    const heard = new Map<number, number[]>();
    const exchanges = new Map<number, { close(): void }>();
    for (let id = 0; id < 200; id += 1) {
      exchanges.set(id, pool.ask(messageOf(id), (event) => heard.set(id, [...(heard.get(id) ?? []), event.kind === 'reply' ? idOf(event.message) : -1])));
    }
    while (from.size < 200) await sleep(1);
    // Chance may have put a question alone on a socket.
    const bySocket = new Map<number, readonly number[]>();
    for (const [id, peer] of from) bySocket.set(peer.port, [...(bySocket.get(peer.port) ?? []), id]);
    const [busiest = 0, [gone = -1, ...others] = []] = [...bySocket].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
    exchanges.get(gone)?.close();
    const say = (id: number): void => upstream?.send(messageOf(id), busiest, ADDRESS);
    say(gone);
    say(60_000);
    const last = others[0] ?? -1;
    say(last);
    while (heard.get(last)?.includes(last) !== true) await sleep(1);
    expect(heard).toEqual(new Map(others.map((id) => [id, id === last ? [60_000, last] : [60_000]])));
  });

  it('fails what waits where the port is closed, and asks again by the same sockets when it is open', async () => {
    const closed = await upstreamOf(() => undefined);
    open.splice(0).forEach((one) => one.close());
    await sleep(5);
    const { pool } = poolTo(closed);
    const events = await Promise.all(Array.from({ length: 100 }, (_, id) => ask(pool, id)));
    expect(events.map((event) => event.kind === 'failure' && event.reason)).toEqual(events.map(() => 'refused'));
  });

  it('does not take an error about earlier questions for one about the next', async () => {
    if (calls === undefined) return;
    const port = await freePort();
    const { pool } = poolTo(port);
    const early = Array.from({ length: 100 }, (_, id) => ask(pool, id));
    // Errors lie in the sockets, and nobody has read them, when the upstream begins to listen.
    const opened = openBound(calls, { address: ADDRESS, port });
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    open.push(serveDatagrams({ calls, loop: loopOf(calls), fd: opened.fd, interfaceName: String, answerAtOnce: () => 0, receive: (_client, message, answer) => answer(message.slice()) }));
    const late = Array.from({ length: 100 }, (_, id) => ask(pool, 1000 + id));
    expect((await Promise.all(early)).every((event) => event.kind === 'failure' && event.reason === 'refused')).toBe(true);
    expect((await Promise.all(late)).map(({ kind }) => kind)).toEqual(late.map(() => 'reply'));
  });

  it('says why no socket can be had', async () => {
    if (calls === undefined) return;
    const connection = { ...PLAIN_CONNECTION, sourceAddress: '192.0.2.1' };
    const pool = createUdpPool(calls, { upstream: { address: ADDRESS, port: 53 }, connection }, () => undefined);
    open.push(pool);
    expect(await ask(pool, 1)).toEqual({ kind: 'failure', reason: 'unreachable' });
  });

  it('leaves no descriptor behind', async () => {
    const port = await upstreamOf((socket, message, from) => socket.send(message, from.port, from.address));
    const before = readdirSync('/proc/self/fd').length;
    const { pool } = poolTo(port);
    for (let id = 0; id < 500; id += 1) await ask(pool, id);
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + UDP_SOCKETS_MAX);
    pool.close();
    expect(readdirSync('/proc/self/fd').length).toBe(before);
    expect(pool.isEmpty).toBe(true);
  });
});
