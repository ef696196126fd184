import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Datagrams } from '../../src/loop/datagrams.ts';
import { serveDatagrams } from '../../src/loop/datagrams.ts';
import { loopOf } from '../../src/loop/loop.ts';
import { openBound } from '../../src/loop/open.ts';
import type { SystemCalls } from '../../src/loop/system-calls.ts';
import { systemCalls } from '../../src/loop/system-calls.ts';
import { freePort } from '../support/loopback.ts';

const calls = systemCalls();
const note = calls === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';
const ADDRESS = '127.0.0.1';

type Receive = Parameters<typeof serveDatagrams>[0]['receive'];
type AtOnce = Parameters<typeof serveDatagrams>[0]['answerAtOnce'];

describe.skipIf(calls === undefined)(`a loop inside Node's${note}`, () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  const serve = async (receive: Receive, given: SystemCalls | undefined = calls, answerAtOnce: AtOnce = () => 0): Promise<{ readonly datagrams: Datagrams; readonly port: number }> => {
    if (given === undefined) throw new Error('no system calls');
    const port = await freePort();
    const opened = openBound(given, { address: ADDRESS, port });
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const datagrams = serveDatagrams({ calls: given, loop: loopOf(given), fd: opened.fd, interfaceName: String, answerAtOnce, receive });
    open.push(datagrams);
    return { datagrams, port };
  };

  const clientOf = async (port: number): Promise<ReturnType<typeof createSocket>> => {
    const client = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    open.push(client);
    client.connect(port, ADDRESS);
    await once(client, 'connect');
    return client;
  };

  it('sends what was written at once, between what is answered otherwise, each to the one who asked', async () => {
    const later: (() => void)[] = [];
    const { port } = await serve(
      (_client, message, answer) => {
        const copy = message.slice();
        if (copy[0] === 1) answer(copy);
        else later.push(() => answer(copy));
      },
      calls,
      ([kind = 0, number = 0], _receivedAt, { octets, start }) => {
        if (kind !== 0) return 0;
        octets.set([kind, number], start);
        return 2;
      },
    );
    const clients = await Promise.all(Array.from({ length: 3 }, () => clientOf(port)));
    const heard = clients.map((): string[] => []);
    for (const [index, client] of clients.entries()) {
      client.on('message', (message) => heard[index]?.push([...message].join('.')));
      for (let number = 0; number < 60; number += 1) client.send(Uint8Array.of(number % 3, number));
    }
    const expected = Array.from({ length: 60 }, (_, number) => `${number % 3}.${number}`).toSorted();
    await vi.waitFor(() => expect(later).toHaveLength(60));
    for (const answer of later) answer();
    await vi.waitFor(() => expect(heard.map((one) => one.toSorted())).toEqual(clients.map(() => expected)));
  });

  it('leaves Node.js its timers, promises and sockets while datagrams come one after the other', async () => {
    let echoes = 0;
    let resolved = 0;
    const { port } = await serve((_client, message, answer) => {
      answer(message.slice());
      void Promise.resolve().then(() => {
        resolved += 1;
      });
    });
    const client = await clientOf(port);
    client.on('message', (message) => {
      echoes += 1;
      client.send(message);
    });
    for (let id = 0; id < 8; id += 1) client.send(Uint8Array.of(id));
    const pages = createServer((_request, response) => response.end('page'));
    open.push(pages);
    pages.listen(0, ADDRESS);
    await once(pages, 'listening');
    for (let round = 0; round < 10; round += 1) {
      const [response] = (await once(get({ host: ADDRESS, port: (pages.address() as AddressInfo).port, agent: false }), 'response')) as [NodeJS.ReadableStream];
      response.resume();
      await once(response, 'end');
      await sleep(1);
    }
    expect(echoes).toBeGreaterThan(10);
    expect(resolved).toBeGreaterThan(10);
  });

  it('does nothing that waits for reads before what has come is read', async () => {
    const order: string[] = [];
    const { port } = await serve(() => order.push('read'));
    const client = await clientOf(port);
    for (let datagram = 0; datagram < 200; datagram += 1) client.send('x');
    // By now they lie in the socket: the client's loop has sent them, ours has not run.
    await new Promise<void>((resolve) => {
      client.send('last', () => {
        if (calls === undefined) return;
        loopOf(calls).whenRead(() => {
          order.push('waited');
          resolve();
        });
      });
    });
    expect(order.indexOf('waited')).toBe(201);
  });

  it('answers later, when the memory of the question is used again', async () => {
    const kept: (() => void)[] = [];
    const { port } = await serve((_client, message, answer) => {
      const copy = message.slice();
      kept.push(() => answer(copy));
    });
    const clients = await Promise.all([clientOf(port), clientOf(port)]);
    const heard = clients.map((client) => once(client, 'message'));
    for (const [index, client] of clients.entries()) client.send(`from ${index}`);
    while (kept.length < 2) await sleep(1);
    for (const answer of kept.toReversed()) answer();
    const answers = (await Promise.all(heard)) as [Buffer][];
    expect(answers.map(([message]) => message.toString())).toEqual(['from 0', 'from 1']);
  });

  it('keeps what the kernel has no room for, passes over what it refuses, and sends the rest in order', async () => {
    if (calls === undefined) return;
    // The real calls, but for these: one datagram by the first, none by the second, the second datagram is refused by the third.
    const script = ['one', 'EAGAIN', 'EACCES'];
    let told = '';
    const narrow: SystemCalls = {
      ...calls,
      sendmmsg(fd, headers, count, flags) {
        const step = script.shift();
        if (step === undefined) return calls.sendmmsg(fd, headers, count, flags);
        if (step === 'one') return calls.sendmmsg(fd, headers, 1, flags);
        told = step;
        return -1;
      },
      lastError: () => told,
    };
    const { port } = await serve((_client, message, answer) => answer(message.slice()), narrow);
    const client = await clientOf(port);
    const heard: number[] = [];
    client.on('message', ([id = -1]) => heard.push(id));
    for (let id = 0; id < 20; id += 1) client.send(Uint8Array.of(id));
    while (!heard.includes(19)) await sleep(1);
    expect(script).toEqual([]);
    expect(heard).toHaveLength(19);
    expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  });

  it('takes nothing any more once it is paused, and answers what came before', async () => {
    const kept: (() => void)[] = [];
    const { port, datagrams } = await serve((_client, message, answer) => {
      const copy = message.slice();
      kept.push(() => answer(copy));
    });
    const client = await clientOf(port);
    client.send('before');
    while (kept.length === 0) await sleep(1);
    datagrams.pause();
    client.send('after');
    const heard = once(client, 'message');
    await sleep(5);
    for (const answer of kept) answer();
    expect(String((await heard)[0])).toBe('before');
    expect(kept).toHaveLength(1);
  });
});
