import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import type { Effect } from '@nodelocal/dns-cache';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { askTcp, freePort, framed } from '../support/loopback.ts';
import { startService, THREADS } from '../support/serve.ts';
import { read } from '../support/world.ts';

const COREFILE = (limit: string): string => `. {
  bind 127.0.0.1
  clients
  limit ${limit}
  cache
  hosts {
    192.0.2.1 known.test
  }
}`;

const known = encodeQuery({ id: 1, name: 'known.test', type: 'A' });

describe('limit, on sockets', () => {
  const start = async (limit: string) => {
    const port = await freePort();
    const effects: Effect[] = [];
    const corefile = parseCorefile(COREFILE(limit), { file: 'Corefile' });
    const service = await startService({ corefile, port, readFile: () => '', log: () => undefined, observe: (effect) => effects.push(effect) });
    onTestFinished(() => service.stop());
    return { port, effects, service };
  };

  /** What an address hears that asks so many times at once: the answers that are expected, and what else comes a little later. */
  const flood = async (from: string, port: number, count: number, expected = count): Promise<readonly string[]> => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.bind(0, from);
    await once(socket, 'listening');
    const heard: string[] = [];
    socket.on('message', (message: Buffer) => {
      const { rcode, truncated } = read(new Uint8Array(message));
      heard.push(truncated ? 'truncated' : rcode);
    });
    for (let query = 0; query < count; query += 1) socket.send(known, port, '127.0.0.1');
    await vi.waitUntil(() => heard.length >= expected, { timeout: 8000 }).catch(() => undefined);
    await sleep(200);
    socket.close();
    return heard;
  };

  const tally = (heard: readonly string[]): Readonly<Record<string, number>> =>
    Object.fromEntries([...new Set(heard)].map((one) => [one, heard.filter((other) => other === one).length]));

  // One name has one thread, which has its part of what is allowed.
  const [rate, part] = [1, 10];

  it('a client over UDP is let through, then told, then not heard; others are not concerned', async () => {
    const { port, effects, service } = await start(`${rate} ${part * THREADS}`);
    expect(tally(await flood('127.0.0.2', port, 100, 2 * part))).toEqual({ NOERROR: part, truncated: part });
    expect(tally(await flood('127.0.0.3', port, 5))).toEqual({ NOERROR: 5 });
    const report = await service.clients();
    expect(report?.clients.map(({ client, queries, failures }) => [client, queries, failures])).toEqual([['127.0.0.2', 100, 100 - 2 * part], ['127.0.0.3', 5, 0]]);
    const actions = effects.flatMap((effect) => (effect.kind === 'metric' && effect.metric === 'coredns_limit_exceeded_total' ? [effect.labels.at(-1) ?? ''] : []));
    expect(tally(actions)).toEqual({ truncated: part, dropped: 100 - 2 * part });
  });

  it('hits may be free', async () => {
    const { port } = await start(`${rate} ${part * THREADS} {\n hits free\n }`);
    expect(tally(await flood('127.0.0.2', port, 1))).toEqual({ NOERROR: 1 });
    expect(tally(await flood('127.0.0.2', port, 100))).toEqual({ NOERROR: 100 });
  });

  it('a truncated client is served over TCP', async () => {
    const { port } = await start(`${2 * THREADS} ${THREADS}`);
    expect(tally(await flood('127.0.0.1', port, 3, 2))).toMatchObject({ NOERROR: 1, truncated: 1 });
    const answers = await askTcp(port, [framed(known), framed(known)], 2);
    expect(answers.map((answer) => read(answer).rcode)).toEqual(['NOERROR', 'NOERROR']);
  });
});
