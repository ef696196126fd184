import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import type { AskEffect } from '../support/world.ts';
import { a, read, World } from '../support/world.ts';

const PROBE = /^\d+\.\d+\.$/;

const looping = (corefile: string): World => {
  const world = new World({ corefile });
  world.start();
  return world;
};

/** The server's own questions to itself, and those that it forwards. */
const questionsOf = (world: World): readonly AskEffect[] =>
  world.effects.filter((effect): effect is AskEffect => effect.kind === 'ask');

const lastQuestion = (world: World): AskEffect => {
  const last = questionsOf(world).at(-1);
  if (last === undefined) throw new Error('nothing was asked');
  return last;
};

/** Hands everything that the server asks 127.0.0.1 to the server itself, as a loop does. */
const closeLoop = (world: World, hops: number): void => {
  for (let hop = 0; hop < hops; hop += 1) {
    const { message, upstream, exchange } = lastQuestion(world);
    expect(upstream).toEqual({ address: '127.0.0.1', port: 53 });
    world.send(message, { from: { address: '127.0.0.1', port: 50000 + exchange }, local: '127.0.0.1' });
  }
};

const isFatal = (world: World): boolean =>
  world.effects.some((effect) => effect.kind === 'log' && effect.level === 'fatal');

const questionOf = ({ message }: AskEffect): string => {
  const { question } = read(message);
  return `${question?.name} ${question?.type}`;
};

describe('a server whose upstream is itself', () => {
  const corefile = '. {\n loop\n forward . 127.0.0.1\n}';

  it('stops with CoreDNS’s words when it meets its probe for the third time', () => {
    const world = looping(corefile);
    closeLoop(world, 2);
    expect(world.lines).toEqual([]);
    closeLoop(world, 1);
    const { question } = read(lastQuestion(world).message);
    expect(question).toMatchObject({ type: 'HINFO', class: 'IN' });
    expect(question?.name).toMatch(PROBE);
    expect(world.lines).toEqual([
      `[FATAL] plugin/loop: Loop (127.0.0.1:50003 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO ${question?.name}"`,
    ]);
    expect(isFatal(world)).toBe(true);
  });

  it('stops behind a cache too, although that lets the same questions wait for each other', () => {
    const world = looping('. {\n loop\n cache 30\n forward . 127.0.0.1\n}');
    closeLoop(world, 3);
    expect(isFatal(world)).toBe(true);
  });

  it('probes the address and the first zone of its block', () => {
    const world = looping('example.org:5300 example.net {\n bind ::1\n loop\n forward . 127.0.0.1\n}');
    expect(lastQuestion(world).upstream).toEqual({ address: '::1', port: 5300 });
    expect(questionOf(lastQuestion(world))).toMatch(/^\d+\.\d+\.example\.org\. HINFO$/);
  });
});

describe('a server without a loop', () => {
  const corefile = '. {\n loop\n forward . 192.0.2.53\n}';

  it('probes once, and then listens no more', () => {
    const world = looping(corefile);
    const probe = lastQuestion(world);
    const query = world.send(probe.message, { from: { address: '127.0.0.1', port: 1 } });
    world.respond({ rcode: 'NXDOMAIN' });
    world.reply(world.rawAnswer(query) ?? new Uint8Array(), probe.exchange);
    // Whoever learnt the name meanwhile, from a log say, cannot stop the server with it.
    for (let again = 0; again < 5; again += 1) world.send(probe.message);
    world.pass(60_000);
    expect(isFatal(world)).toBe(false);
    expect(questionsOf(world).filter(({ upstream }) => upstream.address === '127.0.0.1')).toHaveLength(1);
  });

  it('cannot be stopped by names of which a client guesses the form', () => {
    const world = looping(corefile);
    for (let port = 1; port < 20; port += 1) {
      const message = encodeQuery({ id: port, name: `${port}.${port}.`, type: 'HINFO' });
      world.send(message, { from: { address: '10.244.1.5', port } });
    }
    expect(isFatal(world)).toBe(false);
  });

  it('counts only HINFO', () => {
    const world = looping(corefile);
    const name = read(lastQuestion(world).message).question?.name ?? '';
    for (let again = 0; again < 5; again += 1) world.ask({ name, type: 'A' });
    expect(isFatal(world)).toBe(false);
  });

  it('has another name for every seed', () => {
    const names = [1, 2, 3].map((seed) => {
      const world = new World({ corefile, seed });
      world.start();
      return questionOf(lastQuestion(world));
    });
    expect(new Set(names).size).toBe(3);
  });
});

describe('a server that does not hear from itself', () => {
  it('tries again every second after a failure, for half a minute', () => {
    const world = looping('. {\n loop\n forward . 192.0.2.53\n}');
    const first = lastQuestion(world);
    world.fail('refused', first.exchange);
    world.pass(999);
    expect(questionsOf(world)).toHaveLength(1);
    world.pass(1);
    expect(questionsOf(world)).toHaveLength(2);
    expect(questionOf(lastQuestion(world))).toBe(questionOf(first));
    world.pass(60_000);
    // An attempt that hears nothing takes 2 seconds, and each is given up.
    expect(questionsOf(world)).toHaveLength(11);
    expect(world.effects.filter(({ kind }) => kind === 'abandon')).toHaveLength(10);
    expect(world.server.nextTimeout()).toBeUndefined();
  });

  it('begins to count anew with each attempt', () => {
    const world = looping('. {\n loop\n forward . 192.0.2.53\n}');
    const { message, exchange } = lastQuestion(world);
    world.send(message);
    world.send(message);
    world.fail('refused', exchange);
    world.pass(1000);
    world.send(message);
    world.send(message);
    expect(isFatal(world)).toBe(false);
    world.send(message);
    expect(isFatal(world)).toBe(true);
  });

  it('is not fooled by what is no reply', () => {
    const world = looping('. {\n loop\n forward . 192.0.2.53\n}');
    const { exchange } = lastQuestion(world);
    world.reply(encodeQuery({ id: 1, name: 'example.org', type: 'A' }), exchange);
    world.pass(3000);
    expect(questionsOf(world)).toHaveLength(2);
  });
});

describe('a query of somebody else', () => {
  it('goes by', () => {
    const world = looping('. {\n loop\n forward . 192.0.2.53\n}');
    const query = world.ask({ name: 'www.example.org' });
    world.respond({ answers: [a('www.example.org', '192.0.2.1', 60)] });
    expect(world.answer(query).answers).toHaveLength(1);
  });
});

describe('the directive', () => {
  it('is described', () => expect(meaning('loop', { keys: 'example.org' })).toEqual(['loop in example.org.']));

  it.each([
    ['loop x', '2:6: Wrong argument count'],
    ['loop\nloop', "3:1: 'loop' can only be used once"],
    ['loop {\n x\n}', "3:2: 'loop' has no block of options"],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });
});
