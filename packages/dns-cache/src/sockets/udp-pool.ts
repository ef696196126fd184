import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { createNumbered } from '../engine/numbered.ts';
import type { Ask, ExchangeEvent } from '../engine/runtime.ts';
import type { Connected } from '../loop/connected.ts';
import { connectDatagrams } from '../loop/connected.ts';
import { loopOf } from '../loop/loop.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import { failureOfCode } from './failure.ts';
import type { Pool } from './pool.ts';
import type { UpstreamExchange } from './udp-upstream.ts';
import { askUdp, nothingToSuspect } from './udp-upstream.ts';
import { UDP_SOCKET_LIFE_MS, UDP_SOCKET_USES, UDP_SOCKET_USES_MAX, UDP_SOCKETS_MAX, UDP_SOCKETS_OPEN } from './upstream-limits.ts';

/*
 * A few sockets to one upstream, each on a port that the kernel drew. A question goes out by one that chance picks, under
 * its own random ID.
 *
 * What a forger has to guess (RFC 5452 §7): with a socket for each of n questions in flight, a forged datagram answers one of
 * them with n / (P * 65536), where P are the ports that the kernel draws from, 28,232 unless told otherwise. Here it finds
 * one of s sockets with s / P, and there one of n / s IDs out of 65,536: the same. What is worse here is that a port outlives
 * its question, so that it could be looked for. Hence a socket is given up after some questions, and after some seconds; in
 * these, at the thousand ICMP errors a second that a kernel sends at most, a seventh of the ports can be tried.
 */

interface PooledSocket {
  readonly number: number;
  readonly connected: Connected;
  readonly pending: Map<number, Question>;
  /** IDs that were used here and are settled: what comes late, or twice, is no forger's guess. */
  readonly settled: Set<number>;
  readonly openedAt: number;
  uses: number;
}

/** A class, since there is one for each question in flight. */
class Question implements UpstreamExchange {
  readonly heard: (event: ExchangeEvent) => void;
  readonly #id: number;
  readonly #socket: PooledSocket;
  readonly #settled: (socket: PooledSocket) => void;

  constructor(id: number, socket: PooledSocket, heard: (event: ExchangeEvent) => void, settled: (socket: PooledSocket) => void) {
    this.heard = heard;
    this.#id = id;
    this.#socket = socket;
    this.#settled = settled;
  }

  close(): void {
    const { pending, settled } = this.#socket;
    if (pending.get(this.#id) === this) pending.delete(this.#id);
    settled.add(this.#id);
    this.#settled(this.#socket);
  }

  /** There is no connection that could be dead. */
  suspect(): void {}
}

const idOf = (message: Uint8Array): number => ((message[0] ?? 0) << 8) | (message[1] ?? 0);

/** @param dialled told of each question whether a socket stood ready for it */
export const createUdpPool = (calls: SystemCalls, route: Pick<Ask, 'upstream' | 'connection'>, dialled: (reused: boolean) => void): Pool => {
  const { upstream, connection } = route;
  const loop = loopOf(calls);
  const lifeMs = Math.min(connection.maxAgeMs, UDP_SOCKET_LIFE_MS);
  const slots: (PooledSocket | undefined)[] = Array.from({ length: UDP_SOCKETS_MAX });
  const open = createNumbered<PooledSocket>();
  let lastSocket = 0;
  let sweeping: NodeJS.Timeout | undefined;

  const isSpent = ({ uses, openedAt }: PooledSocket): boolean =>
    uses >= (open.size > UDP_SOCKETS_OPEN ? UDP_SOCKET_USES_MAX : UDP_SOCKET_USES) || performance.now() - openedAt >= lifeMs;

  const closeIfDone = (socket: PooledSocket): void => {
    if (socket.pending.size > 0 || !isSpent(socket)) return;
    socket.connected.close();
    open.delete(socket.number);
  };

  /** What is not asked any more has its sockets closed all the same. */
  const sweep = (): void => {
    sweeping = undefined;
    for (const socket of open.values()) closeIfDone(socket);
    if (open.size > 0) sweeping = setTimeout(sweep, lifeMs).unref();
  };

  /** These have failed, unless they are settled meanwhile. */
  const fail = ({ pending, settled }: Pick<PooledSocket, 'pending' | 'settled'>, questions: readonly (readonly [number, Question])[], code: string): void => {
    for (const [id, question] of questions) {
      if (pending.get(id) !== question) continue;
      pending.delete(id);
      settled.add(id);
      question.heard({ kind: 'failure', ...failureOfCode(code) });
    }
  };

  const connect = (): PooledSocket | { readonly code: string } | undefined => {
    const pending = new Map<number, Question>();
    const settled = new Set<number>();
    const connecting = connectDatagrams({
      calls,
      loop,
      peer: upstream,
      sourceAddress: connection.sourceAddress,
      heard(message) {
        const asked = pending.get(idOf(message));
        if (asked !== undefined) asked.heard({ kind: 'reply', message });
        // Perhaps a forger's guess: all that wait here are told of it, and count. Who has enough of it is settled meanwhile.
        else if (!settled.has(idOf(message))) for (const each of pending.values()) each.heard({ kind: 'reply', message });
      },
      failed: (code) => fail({ pending, settled }, [...pending], code),
    });
    switch (connecting.kind) {
      case 'unsupported':
        return undefined;
      case 'failed':
        return connecting;
      case 'connected': {
        lastSocket += 1;
        const socket = { number: lastSocket, connected: connecting.socket, pending, settled, openedAt: performance.now(), uses: 0 };
        open.set(lastSocket, socket);
        sweeping ??= setTimeout(sweep, lifeMs).unref();
        return socket;
      }
    }
  };

  /** An ID that was used on a socket is not used there again. */
  const choose = (id: number): ReturnType<typeof connect> => {
    const slot = randomInt(UDP_SOCKETS_MAX);
    const known = slots[slot];
    const isUsable = known !== undefined && !isSpent(known) && !known.pending.has(id) && !known.settled.has(id);
    dialled(isUsable);
    if (isUsable) return known;
    const fresh = connect();
    slots[slot] = fresh !== undefined && 'pending' in fresh ? fresh : undefined;
    if (known !== undefined) {
      known.uses = UDP_SOCKET_USES_MAX;
      closeIfDone(known);
    }
    return fresh;
  };

  const ask = (message: Uint8Array, heard: (event: ExchangeEvent) => void): UpstreamExchange => {
    const id = idOf(message);
    const socket = choose(id);
    if (socket === undefined) return askUdp({ ...route, message }, heard);
    if (!('pending' in socket)) {
      let isClosed = false;
      loop.beforeWait(() => {
        if (!isClosed) heard({ kind: 'failure', ...failureOfCode(socket.code) });
      });
      return {
        close() {
          isClosed = true;
        },
        suspect: nothingToSuspect,
      };
    }
    const question = new Question(id, socket, heard, closeIfDone);
    const { earlier, own } = socket.connected.send(message);
    if (earlier !== undefined) {
      const before = [...socket.pending];
      loop.beforeWait(() => fail(socket, before, earlier));
    }
    if (own !== undefined) loop.beforeWait(() => fail(socket, [[id, question]], own));
    socket.uses += 1;
    socket.pending.set(id, question);
    return question;
  };

  return {
    ask,
    get isEmpty() {
      return open.size === 0;
    },
    close() {
      clearTimeout(sweeping);
      for (const { connected, number } of open.values()) {
        connected.close();
        open.delete(number);
      }
    },
  };
};
