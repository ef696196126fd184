import type { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { framed } from '../support/loopback.ts';
import { THREADS } from '../support/serve.ts';
import { orOneMore, pause, startFaulty, startUpstreamFor, unhurried, until } from './support/server.ts';
import type { Received } from './support/upstream.ts';
import { answers, answerTo, silence } from './support/upstream.ts';

const forward = 'force_tcp';
const cache = 'cache {\n servfail 1s\n }';

describe.concurrent('a connection to an upstream', () => {
  it('is shared by 200 questions at once, answered in any order', async (context) => {
    const waiting: Received[] = [];
    const faulty = await startFaulty(context, {
      forward,
      tcp: (received) => {
        waiting.push(received);
        if (waiting.length === 1) {
          setImmediate(() => {
            for (const one of waiting.splice(0).toReversed()) answers(one);
          });
        }
      },
    });
    const names = Array.from({ length: 200 }, (_, index) => `n${index}.example.org.`);
    const heard = await Promise.all(names.map((name) => faulty.ask(name)));
    expect(heard.map(({ answers: [record] }) => record?.name)).toEqual(names);
    // One, and another where the machine stood still so long that the first looked half open; so for each thread.
    expect(faulty.upstream.connections()).toBeLessThanOrEqual(THREADS === 1 ? 2 : 4 * THREADS);
  });

  it('that is half open is left for a new one, and not asked again', async (context) => {
    const faulty = await startFaulty(context, {
      forward,
      // The machine behind the first connection vanishes after its first answer.
      tcp: (received) => {
        if (received.connection > 1 || received.name === 'a.example.org.') answers(received);
      },
    });
    expect((await faulty.ask('a.example.org')).ms).toBeLessThan(unhurried(500));
    const second = await faulty.ask('b.example.org');
    expect(second.answers).toHaveLength(1);
    expect(second.ms).toBeLessThan(unhurried(1000));
    for (const name of ['c', 'd', 'e']) expect((await faulty.ask(`${name}.example.org`)).ms).toBeLessThan(unhurried(450));
    expect(orOneMore(2)).toContain(faulty.upstream.connections());
    expect(orOneMore(1)).toContain(faulty.upstream.open());
    expect(faulty.lines).toEqual([]);
  });

  it('that is half open costs a crowd one new connection', async (context) => {
    const faulty = await startFaulty(context, {
      forward,
      tcp: (received) => {
        if (received.connection > 1 || received.name === 'a.example.org.') answers(received);
      },
    });
    await faulty.ask('a.example.org');
    const heard = await Promise.all(Array.from({ length: 50 }, (_, index) => faulty.ask(`n${index}.example.org`)));
    expect(heard.every(({ rcode, ms }) => rcode === 'NOERROR' && ms < unhurried(1500))).toBe(true);
    expect(orOneMore(2)).toContain(faulty.upstream.connections());
  });

  it.for<[string, (socket: Socket | undefined) => unknown]>([
    ['closed', (socket) => socket?.end()],
    ['reset', (socket) => socket?.resetAndDestroy()],
  ])('that is %s between questions is opened anew, and nobody notices', async ([, close], context) => {
    const faulty = await startFaulty(context, {
      forward,
      tcp: (received) => {
        answers(received);
        setTimeout(() => close(received.socket), 20);
      },
    });
    for (let round = 0; round < 6; round += 1) {
      expect((await faulty.ask(`n${round}.example.org`)).ms).toBeLessThan(unhurried(1000));
      await pause(8 * round);
    }
    expect(faulty.lines).toEqual([]);
  });

  it('that is reset with many questions in flight is opened anew for all of them', async (context) => {
    let isFirst = true;
    const faulty = await startFaulty(context, {
      forward,
      tcp: (received) => {
        if (received.name === 'a.example.org.' || !isFirst) answers(received);
        else {
          isFirst = false;
          received.socket?.resetAndDestroy();
        }
      },
    });
    await faulty.ask('a.example.org');
    const heard = await Promise.all(Array.from({ length: 30 }, (_, index) => faulty.ask(`n${index}.example.org`)));
    expect(heard.every(({ rcode, ms }) => rcode === 'NOERROR' && ms < unhurried(1000))).toBe(true);
    expect(orOneMore(2)).toContain(faulty.upstream.connections());
    expect(faulty.lines).toEqual([]);
  });

  it.for<[string, (socket: Socket | undefined) => unknown]>([
    ['closed', (socket) => socket?.end()],
    ['reset', (socket) => setTimeout(() => socket?.resetAndDestroy(), 5)],
  ])('that is %s behind each reply costs a crowd nothing', async ([, close], context) => {
    const served = new Set<Socket | undefined>();
    const faulty = await startFaulty(context, {
      forward,
      tcp: (received) => {
        if (served.has(received.socket)) return;
        served.add(received.socket);
        answers(received);
        close(received.socket);
      },
    });
    for (let round = 0; round < 2; round += 1) {
      const heard = await Promise.all(Array.from({ length: 50 }, (_, index) => faulty.ask(`n${index}.r${round}.example.org`)));
      expect(heard.map(({ rcode }) => rcode)).toEqual(heard.map(() => 'NOERROR'));
    }
    // One for each question, and another for its second attempt where the machine is busy.
    expect(faulty.upstream.connections()).toBeGreaterThanOrEqual(100);
    expect(faulty.upstream.connections()).toBeLessThanOrEqual(210);
    expect(faulty.lines).toEqual([]);
  });

  it('that trickles is left for another one', async (context) => {
    const faulty = await startFaulty(context, {
      forward,
      tcp: ({ message, connection, socket, send }) => {
        if (connection > 1) {
          send(answerTo(message));
          return;
        }
        const octets = framed(answerTo(message));
        let at = 0;
        const timer = setInterval(() => {
          at += 1;
          if (socket?.destroyed === true) clearInterval(timer);
          else socket?.write(octets.subarray(at - 1, at));
        }, 100);
      },
    });
    const heard = await faulty.ask('a.example.org');
    expect(heard.answers).toHaveLength(1);
    expect(heard.ms).toBeLessThan(unhurried(1000));
  });

  it('that promises more than it sends, and ends, is a failure like any other', async (context) => {
    const faulty = await startFaulty(context, {
      forward,
      tcp: ({ message, socket }) => socket?.end(framed(answerTo(message)).with(0, 0xff)),
      cache,
    });
    const heard = await faulty.ask('a.example.org');
    expect(heard.rcode).toBe('SERVFAIL');
    expect(heard.ms).toBeLessThan(unhurried(500));
    expect(faulty.lines.at(-1)).toMatch(/: EOF$/);
  });

  it('that brings answers to questions not asked waits for the right one', async (context) => {
    const faulty = await startFaulty(context, {
      forward,
      tcp: ({ message, send }) => {
        const right = answerTo(message);
        send(right.with(0, (right[0] ?? 0) ^ 0xff));
        send(right.with(13, 0x7a));
        send(Uint8Array.of(1, 2, 3));
        setTimeout(() => send(right), 30);
      },
    });
    const heard = await faulty.ask('a.example.org');
    expect(heard.answers).toMatchObject([{ name: 'a.example.org.' }]);
    expect(heard.ms).toBeLessThan(unhurried(1000));
  });

  it('that stays silent, like all others, ends in SERVFAIL before the client gives up', async (context) => {
    const faulty = await startFaulty(context, { forward: `${forward}\n max_fails 0`, tcp: silence });
    const heard = await faulty.ask('a.example.org');
    expect(heard.rcode).toBe('SERVFAIL');
    await vi.waitFor(() => expect(faulty.lines.at(-1)).toMatch(/read tcp 127\.0\.0\.1:\d+: i\/o timeout$/));
    await pause(50);
    expect(faulty.upstream.open()).toBe(0);
  });

  it('that is refused goes to the next upstream', async (context) => {
    const good = await startUpstreamFor(context, { tcp: answers });
    const faulty = await startFaulty(context, { forward, to: (port) => `127.0.0.1:${port} 127.0.0.1:${good.port}` });
    const heard = await faulty.ask('a.example.org');
    expect(heard.answers).toHaveLength(1);
    expect(heard.ms).toBeLessThan(unhurried(1000));
  });

  it('is not held up by one slow question: others get another connection', async (context) => {
    // Answers in order, as CoreDNS does.
    const queues = new Map<number, Promise<void>>();
    const faulty = await startFaulty(context, {
      forward,
      tcp: (received) => {
        const before = queues.get(received.connection) ?? Promise.resolve();
        const answered = before.then(() => pause(received.name.startsWith('slow') ? 1200 : 0));
        queues.set(received.connection, answered);
        return answered.then(() => answers(received));
      },
    });
    const slow = faulty.ask('slow.example.org');
    await pause(200);
    for (let index = 0; index < 5; index += 1) expect((await faulty.ask(`n${index}.example.org`)).ms).toBeLessThan(unhurried(600));
    expect((await slow).answers).toHaveLength(1);
    expect(faulty.upstream.connections()).toBeLessThanOrEqual(3 * THREADS);
  });

  it('of max_age moves to another backend, busy or not, and loses no question', async (context) => {
    const faulty = await startFaulty(context, { forward: `${forward}\n expire 300ms\n max_age 300ms`, tcp: answers });
    const begun = performance.now();
    for (let index = 0; faulty.upstream.connections() < 4; index += 1) {
      const heard = await faulty.ask(`n${index}.example.org`);
      expect(heard.rcode).toBe('NOERROR');
      await pause(20);
    }
    // Each lives for as long, and where the machine stood still one beside it was opened.
    expect(faulty.upstream.connections()).toBeLessThanOrEqual(2 * THREADS * (1 + Math.ceil((performance.now() - begun) / 300)));
    expect(faulty.lines).toEqual([]);
  });

  it('is counted: a miss where it had to be opened, a hit where it stood ready', async (context) => {
    const faulty = await startFaulty(context, { forward, tcp: answers });
    for (let times = 0; times < 3; times += 1) await faulty.ask('a.example.org');
    const labels = ['forward', `127.0.0.1:${faulty.upstream.port}`, 'tcp'];
    await vi.waitFor(() => expect(faulty.counted('coredns_proxy_conn_cache_hits_total', ...labels)).toBe(2));
    expect(faulty.counted('coredns_proxy_conn_cache_misses_total', ...labels)).toBe(1);
  });

  it('is closed after expire', async (context) => {
    const faulty = await startFaulty(context, { forward: `${forward}\n expire 200ms`, tcp: answers });
    const asked = performance.now();
    await faulty.ask('a.example.org');
    await until(() => faulty.upstream.open() === 0);
    expect(performance.now() - asked).toBeGreaterThanOrEqual(200);
    expect(faulty.upstream.connections()).toBe(1);
  });
});
