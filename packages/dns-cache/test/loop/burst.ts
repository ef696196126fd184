import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeQuery, parseCorefile, readMessage } from '@nodelocal/dns-cache';
import { startService } from '@nodelocal/dns-cache/server';
import { expect, it } from 'vitest';
import { freePort } from '../support/loopback.ts';

const BURST = 600;
const WAIT_MS = 5000;

/** Every question of a burst from one socket has its own answer, on both families. */
export const answersBursts = (): void => {
  it.each(['127.0.0.1', '::1'])('%s: answers a burst of questions, each to the one who asked', async (address) => {
    const port = await freePort();
    const corefile = parseCorefile(`.:${port} {\n bind ${address}\n whoami\n}`, { file: 'Corefile' });
    const service = await startService({ corefile, port, readFile: () => '', log: () => undefined });
    const type = address.includes(':') ? 'udp6' : 'udp4';
    const clients = Array.from({ length: 3 }, () => createSocket({ type, recvBufferSize: 1 << 20 }));
    try {
      const heard = clients.map(() => new Set<number>());
      const allHeard = async (count: number): Promise<void> => {
        const end = Date.now() + WAIT_MS;
        while (heard.some(({ size }) => size < count) && Date.now() < end) await sleep(1);
      };
      for (const [index, client] of clients.entries()) {
        client.on('message', (bytes) => {
          const answer = readMessage(new Uint8Array(bytes));
          if (answer.kind !== 'message') throw new Error(answer.reason);
          // whoami says who asked: the answer belongs to this socket.
          const additional = answer.additionals.find((record) => record.data.kind === 'service');
          expect(additional?.data).toMatchObject({ kind: 'service', port: client.address().port });
          expect(answer.question?.name).toBe(`n${answer.id}.example.org.`);
          heard[index]?.add(answer.id);
        });
        client.connect(port, address);
        await once(client, 'connect');
      }
      for (let id = 0; id < BURST; id += 1) {
        for (const client of clients) client.send(encodeQuery({ id, name: `n${id}.example.org.`, type: 'A' }));
        // The kernel's buffers have room for some hundred datagrams.
        if (id % 50 === 49) await allHeard(id + 1);
      }
      expect(heard.map(({ size }) => size)).toEqual(clients.map(() => BURST));
    } finally {
      for (const client of clients) client.close();
      await service.stop();
    }
  });
};
