import { describe, expect, it } from 'vitest';
import { responseTo } from '../support/world.ts';
import { pause, startFaulty, startUpstreamFor, unhurried, until } from './support/server.ts';
import type { Received } from './support/upstream.ts';
import { answers, answerTo, silence } from './support/upstream.ts';

const cache = 'cache {\n servfail 1s\n }';
const edns = { udpPayloadSize: 1232 };

describe.concurrent('an upstream over UDP that', () => {
  it('is dead from the start costs one refusal each time, and SERVFAIL says why', async (context) => {
    const faulty = await startFaulty(context, {});
    const heard = await faulty.ask('a.example.org', { edns });
    expect(heard.rcode).toBe('SERVFAIL');
    expect(heard.ms).toBeLessThan(unhurried(1000));
    expect(faulty.lines.at(-1)).toMatch(/2 a\.example\.org\. A: read udp 127\.0\.0\.1:\d+: read: connection refused$/);
  });

  it('is dead leaves the answer to the next one, at once', async (context) => {
    const good = await startUpstreamFor(context, { udp: answers });
    const faulty = await startFaulty(context, { to: (port) => `127.0.0.1:${port} 127.0.0.1:${good.port}`, cache });
    const heard = await faulty.ask('a.example.org');
    expect(heard.answers).toHaveLength(1);
    expect(heard.ms).toBeLessThan(unhurried(1000));
    expect(faulty.lines).toEqual([]);
  });

  it('is silent lets the next one answer after half a second, and is passed over once it is known', async (context) => {
    const good = await startUpstreamFor(context, { udp: answers });
    const faulty = await startFaulty(context, {
      udp: silence,
      to: (port) => `127.0.0.1:${port} 127.0.0.1:${good.port}`,
      forward: 'health_check 100ms',
    });
    const first = await faulty.ask('a.example.org');
    expect(first.answers).toHaveLength(1);
    expect(first.ms).toBeGreaterThan(450);
    expect(first.ms).toBeLessThan(unhurried(1000));
    // The fourth probe begins when three have failed, a second each.
    await until(() => faulty.upstream.probed() >= 4);
    const second = await faulty.ask('a.example.org');
    expect(second.ms).toBeLessThan(unhurried(450));
    expect(faulty.upstream.asked).toEqual(['udp a.example.org.']);
    expect(faulty.upstream.probed()).toBeGreaterThanOrEqual(3);
  });

  it('is silent, and alone, is asked twice, and the client hears SERVFAIL before it gives up', async (context) => {
    const faulty = await startFaulty(context, { udp: silence, cache });
    const heard = await faulty.ask('a.example.org');
    expect(heard.rcode).toBe('SERVFAIL');
    expect(faulty.upstream.asked).toHaveLength(2);
    // RFC 9520: not again within a second, but not for ever either.
    expect((await faulty.ask('a.example.org')).ms).toBeLessThan(unhurried(300));
    expect(faulty.upstream.asked).toHaveLength(2);
  });

  it('is slow is waited for, and its answer is kept', async (context) => {
    const slowly = ({ message, send }: Received): unknown => setTimeout(() => send(answerTo(message)), 2500);
    const faulty = await startFaulty(context, { udp: slowly, cache });
    const heard = await faulty.ask('a.example.org');
    expect(heard.answers).toHaveLength(1);
    expect(heard.ms).toBeLessThan(unhurried(3300));
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
    expect(faulty.upstream.asked).toHaveLength(2);
  });

  it('is killed with the question in hand leaves it to the next one', async (context) => {
    const good = await startUpstreamFor(context, { udp: answers });
    const faulty = await startFaulty(context, {
      udp: () => faulty.upstream.stop(),
      to: (port) => `127.0.0.1:${port} 127.0.0.1:${good.port}`,
    });
    const heard = await faulty.ask('a.example.org');
    expect(heard.answers).toHaveLength(1);
    expect(heard.ms).toBeLessThan(unhurried(1000));
  });

  it('loses the first datagram answers the second', async (context) => {
    let count = 0;
    const faulty = await startFaulty(context, {
      udp: (received) => {
        count += 1;
        if (count > 1) answers(received);
      },
    });
    const heard = await faulty.ask('a.example.org');
    expect(heard.answers).toHaveLength(1);
    expect(heard.ms).toBeLessThan(unhurried(1000));
  });

  it.for<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['wrong IDs', (bytes) => bytes.with(0, (bytes[0] ?? 0) ^ 0xff)],
    ['another question', (bytes) => bytes.with(13, 0x7a)],
    ['a query', (bytes) => bytes.with(2, 1)],
    ['half a message', (bytes) => bytes.slice(0, -3)],
    ['noise', () => Uint8Array.of(1, 2, 3)],
  ])('sends %s before the right answer is not believed', async ([, bend], context) => {
    const faulty = await startFaulty(context, {
      udp: ({ message, send }) => {
        const right = answerTo(message);
        send(bend(responseTo(message, { rcode: 'NXDOMAIN' })));
        send(bend(right));
        setTimeout(() => send(right), 50);
      },
      cache,
    });
    const heard = await faulty.ask('a.example.org');
    expect(heard).toMatchObject({ rcode: 'NOERROR', answers: [{ name: 'a.example.org.' }] });
    expect(heard.ms).toBeLessThan(unhurried(500));
    expect(faulty.upstream.asked).toHaveLength(1);
  });

  it('only ever lies is asked over TCP, and nothing of its lies is kept', async (context) => {
    const faulty = await startFaulty(context, {
      udp: ({ message, send }) => {
        const wrong = answerTo(message).with(0, (message[0] ?? 0) ^ 0xff);
        for (let count = 0; count < 100; count += 1) send(wrong);
      },
      tcp: answers,
      cache,
    });
    const heard = await faulty.ask('a.example.org');
    expect(heard.answers).toHaveLength(1);
    expect(heard.ms).toBeLessThan(unhurried(1000));
    expect(faulty.upstream.asked).toEqual(['udp a.example.org.', 'tcp a.example.org.']);
  });

  it('spells names its own way is asked over TCP, and the client gets its own spelling', async (context) => {
    const lower = ({ message, send }: Received): unknown => send(answerTo(message).with(13, 0x77));
    const faulty = await startFaulty(context, { udp: lower, tcp: lower });
    const heard = await faulty.ask('WwW.example.org');
    expect(heard.question?.name).toBe('WwW.example.org.');
    expect(heard.answers).toHaveLength(1);
    expect(heard.ms).toBeLessThan(unhurried(500));
  });

  it('truncates has its answer passed on, and the client over TCP gets it whole; only that is kept', async (context) => {
    const faulty = await startFaulty(context, {
      udp: ({ message, send }) => send(responseTo(message, { truncated: true })),
      tcp: answers,
      cache,
    });
    const cut = await faulty.ask('a.example.org');
    expect(cut).toMatchObject({ truncated: true, answers: [] });
    expect((await faulty.ask('a.example.org', { transport: 'tcp' })).answers).toHaveLength(1);
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
    expect(faulty.upstream.asked).toEqual(['udp a.example.org.', 'tcp a.example.org.']);
  });

  it('truncates is asked over TCP with prefer_udp', async (context) => {
    const faulty = await startFaulty(context, {
      udp: ({ message, send }) => send(responseTo(message, { truncated: true })),
      tcp: answers,
      forward: 'prefer_udp',
    });
    expect(await faulty.ask('a.example.org')).toMatchObject({ truncated: false, answers: [{}] });
  });

  it('refuses is heard, and asked again the next time', async (context) => {
    const faulty = await startFaulty(context, {
      udp: ({ message, send }) => send(responseTo(message, { rcode: 'REFUSED' })),
      cache,
    });
    for (const count of [1, 2]) {
      expect((await faulty.ask('a.example.org')).rcode).toBe('REFUSED');
      expect(faulty.upstream.asked).toHaveLength(count);
    }
  });

  it('drops queries with EDNS is asked without', async (context) => {
    const faulty = await startFaulty(context, {
      udp: (received) => {
        if (!received.hasEdns) answers(received);
      },
    });
    for (let times = 0; times < 3; times += 1) {
      const heard = await faulty.ask('a.example.org');
      expect(heard.answers).toHaveLength(1);
      expect(heard.ms).toBeLessThan(unhurried(1500));
    }
    // After two questions it is known.
    expect(faulty.upstream.asked).toHaveLength(5);
  });

  it('comes and goes costs nobody more than a moment', async (context) => {
    const good = await startUpstreamFor(context, { udp: answers });
    let isUp = true;
    const faulty = await startFaulty(context, {
      udp: (received) => {
        if (isUp) answers(received);
      },
      to: (port) => `127.0.0.1:${port} 127.0.0.1:${good.port}`,
    });
    for (let round = 0; round < 8; round += 1) {
      isUp = round % 2 === 0;
      const heard = await faulty.ask(`n${round}.example.org`);
      expect(heard.answers).toHaveLength(1);
      expect(heard.ms).toBeLessThan(unhurried(1000));
    }
    expect(faulty.lines).toEqual([]);
  });

  it('was down is found again by its probes, and asked', async (context) => {
    const good = await startUpstreamFor(context, { udp: answers });
    const faulty = await startFaulty(context, {
      to: (port) => `127.0.0.1:${port} 127.0.0.1:${good.port}`,
      forward: 'health_check 100ms',
    });
    await faulty.ask('a.example.org');
    await pause(800);
    expect((await faulty.ask('b.example.org')).answers).toHaveLength(1);
    const back = await startUpstreamFor(context, { udp: answers, port: faulty.upstream.port });
    await pause(500);
    expect((await faulty.ask('c.example.org')).answers).toHaveLength(1);
    expect(back.asked).toEqual(['udp c.example.org.']);
    expect(good.asked).toEqual(['udp a.example.org.', 'udp b.example.org.']);
  });

  it('is asked from the source address that was chosen', async (context) => {
    const faulty = await startFaulty(context, { udp: answers, forward: 'source_address 127.0.0.7' });
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
    expect(faulty.upstream.clients).toEqual(['127.0.0.7']);
  });
});
