import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from '../conformance/lab.ts';
import { pause, startLab } from '../conformance/lab.ts';
import { openStream } from '../conformance/stream.ts';
import { framed } from '../support/loopback.ts';
import { responseTo } from '../support/world.ts';
import { heapInUse, MEBI } from './heap.ts';
import { faultOf } from './invariants.ts';
import type { Mutant } from './mutation.ts';
import { mutant, mutate } from './mutation.ts';
import { fuzzSeed, packetCount, packetPool, poolNote, queryPool } from './pool.ts';

const LARGEST_DATAGRAM = 65_507;
const BATCH = 60;

const mutants = (count: number): readonly Mutant[] => {
  const seed = fuzzSeed();
  process.stdout.write(`fuzz over sockets: ${count} packets, DNS_FUZZ_SEED=${seed}\n`);
  return fc.sample(mutant, { numRuns: count, seed });
};

/** A client that holds every answer against its query. */
class UdpClient {
  readonly #socket: Socket;
  readonly #sent = new Map<number, Uint8Array>();
  #lastId = 0;
  readonly faults: string[] = [];
  answers = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (answer) => {
      this.answers += 1;
      const query = this.#sent.get(((answer[0] ?? 0) << 8) | (answer[1] ?? 0)) ?? new Uint8Array();
      const fault = faultOf(query, new Uint8Array(answer), 'udp');
      if (fault !== undefined)
        this.faults.push(`${fault}: ${Buffer.from(query).toString('hex')} ${answer.toString('hex')}`);
    });
  }

  /** Each with an ID of its own, by which its answer is known. */
  send(query: Uint8Array): void {
    this.#lastId = (this.#lastId + 1) & 0xffff;
    const own = withId(query, Uint8Array.of(this.#lastId >>> 8, this.#lastId & 255));
    this.#sent.set(this.#lastId, own);
    this.#socket.send(own, () => undefined);
  }

  close(): void {
    this.#socket.close();
  }
}

const connectClient = async (port: number): Promise<UdpClient> => {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 });
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return new UdpClient(socket);
};

const queryOf = (one: Mutant): Uint8Array =>
  mutate(one, one.packet % 3 === 0 ? packetPool : queryPool).subarray(0, LARGEST_DATAGRAM);

/** Timeouts are for a machine that is busy with other things; a run for longer has longer. */
const patience = 600_000;

describe(`mutated packets, over sockets${poolNote}`, () => {
  let lab: Lab;
  let garbage: readonly Mutant[] = [];
  let turn = 0;

  beforeAll(async () => {
    lab = await startLab(
      (upstream) =>
        `. {\n bind 127.0.0.1\n log\n errors\n cache {\n success 1024\n denial 1024\n }\n forward . ${upstream}\n}`,
    );
    const next = (): Mutant => {
      turn += 1;
      return garbage[turn % garbage.length] ?? { packet: turn, mutations: [] };
    };
    // Every question is answered with something bent, and then well: nothing stays in flight for long.
    lab.upstream.script(
      { name: 'alive.test.', react: [{ kind: 'reply', response: {} }] },
      {
        name: '*.',
        react: [
          { kind: 'octets', octets: (asked) => withId(mutate(next(), packetPool), asked) },
          { kind: 'octets', octets: (asked) => withId(mutate(next(), [responseTo(asked, {})]), asked) },
          { kind: 'reply', response: {}, afterMs: 2 },
        ],
      },
    );
  });
  afterAll(() => lab.stop());

  const stillServes = async (): Promise<void> => {
    expect(await lab.ask({ name: 'alive.test' })).toMatchObject({ rcode: 'NOERROR' });
    expect(await lab.ask({ name: 'alive.test' }, 'tcp')).toMatchObject({ rcode: 'NOERROR' });
  };

  /** Sends batch after batch; the server is alive after each, and no larger at the end than after a tenth. */
  const run = async (all: readonly Mutant[], sendBatch: (batch: readonly Mutant[]) => Promise<void>): Promise<void> => {
    let early = 0;
    for (let at = 0; at < all.length; at += BATCH) {
      await sendBatch(all.slice(at, at + BATCH));
      if (at % (BATCH * 10) === 0) await stillServes();
      if (early === 0 && at >= all.length / 10) {
        await pause(100);
        early = heapInUse();
      }
      forget(lab);
    }
    await pause(200);
    await stillServes();
    expect(heapInUse() - early).toBeLessThan(24 * MEBI);
  };

  it(
    'over UDP, from clients and from the upstream: every answer is a good one, and the server lives',
    async () => {
      const all = mutants(packetCount(3000, 0.04));
      garbage = all.slice(0, 20_000);
      const client = await connectClient(lab.port);
      await run(all, async (batch) => {
        const before = client.answers;
        for (const one of batch) client.send(queryOf(one));
        for (let waited = 0; waited < 40 && client.answers - before < batch.length / 2; waited += 5) await pause(5);
      });
      expect(client.faults).toEqual([]);
      expect(client.answers).toBeGreaterThan(all.length / 3);
      client.close();
    },
    patience,
  );

  it(
    'over TCP, in good frames and in bad ones',
    async () => {
      const all = mutants(packetCount(1200, 0.01));
      await run(all, async (batch) => {
        const stream = await openStream(lab.port);
        for (const one of batch) {
          if (stream.socket.destroyed) break;
          const message = framed(queryOf(one));
          // One frame in fifty lies about its length, and what follows is read from the wrong place on.
          if (one.packet % 50 === 0) message[1] = (message[1] ?? 0) ^ 0x07;
          stream.socket.write(message);
        }
        await pause(25);
        for (const answer of stream.messages) expect(((answer[2] ?? 0) & 0x80) !== 0).toBe(true);
        stream.socket.destroy();
      });
    },
    patience,
  );
});

const withId = (reply: Uint8Array, asked: Uint8Array): Uint8Array => {
  const copy = reply.slice(0, LARGEST_DATAGRAM);
  copy.set(asked.subarray(0, Math.min(2, copy.length)), 0);
  return copy;
};

/** The lab remembers what it saw, which is not what this is about. */
const forget = (lab: Lab): void => {
  (lab.lines as string[]).length = 0;
  (lab.upstream.queries as unknown[]).length = 0;
};
