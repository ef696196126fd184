import process from 'node:process';
import { CorefileError } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { PROGRAM } from '../../support/program.ts';
import { differences } from '../compare.ts';
import type { Conversation, Seen } from '../conversation.ts';
import { begin, isForAgent, play } from '../play.ts';
import { conversationOf } from './generate/conversation.ts';
import { judge, recordTwice } from './judge.ts';
import { readOptions } from './options.ts';
import { record } from './record.ts';
import { leftText, sumText } from './report.ts';

const conversations = Array.from({ length: 200 }, (_, seed) => conversationOf(seed));

const directivesOf = ({ corefile }: Conversation): ReadonlySet<string> => new Set([...corefile.matchAll(/^ {4}([a-z0-9]+)\b/gm)].map(([, name = '']) => name));

describe('generated conversations', () => {
  it('are the same by the same seed', () => {
    expect(conversations.map((_, seed) => conversationOf(seed))).toEqual(conversations);
    expect(new Set(conversations.map((one) => JSON.stringify(one))).size).toBe(conversations.length);
  });

  it('have Corefiles that are understood, but for some that are refused as wrong', () => {
    const refused = conversations.filter((one) => {
      try {
        begin(one);
        return false;
      } catch (error) {
        if (error instanceof CorefileError) return true;
        throw error;
      }
    });
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(conversations.length / 4);
  });

  it('are plain every other time', () => {
    const plain = new Set(conversations.filter((_, seed) => seed % 2 === 0).flatMap((one) => [...directivesOf(one)]));
    expect([...plain].toSorted()).toEqual(['bind', 'cache', 'errors', 'forward', 'hosts', 'import', 'log', 'prometheus', 'reload', 'rewrite']);
    const odd = new Set(conversations.filter((_, seed) => seed % 2 === 1).flatMap((one) => [...directivesOf(one)]));
    expect(odd.size).toBeGreaterThan(20);
  });

  it('have some reloads', () => {
    expect(conversations.filter(isForAgent).length).toBeGreaterThan(3);
  });
});

/** One in which nothing depends on the moment. */
const STEADY: Conversation = {
  corefile: '.:{port} {\n  bind 127.0.0.1\n  errors\n  log\n  prometheus {metrics}\n  cache\n  forward . {up1}\n}\n',
  upstreams: { up1: { 'a.test. A': [{ answer: ['@ 300 IN A 10.0.0.1'] }], 'large.test. TXT': [{ answer: Array.from({ length: 9 }, () => `@ 60 IN TXT "${'x'.repeat(200)}"`) }] } },
  steps: [
    { query: { name: 'a.test.' } },
    { query: { name: 'A.test.', proto: 'tcp', from: '127.0.0.2' } },
    { query: { name: 'none.test.', edns: { size: 1232, do: true, options: ['3:'] } } },
    { query: { name: 'large.test.', type: 'TXT' } },
    { burst: [{ name: 'a.test.', id: 1 }, { name: 'b.test.', id: 2 }] },
    { metrics: 1 },
  ],
};

const linesOf = ({ steps }: Seen): readonly string[] => steps.flatMap(({ log = [] }) => log).toSorted();

describe('what is recorded of a server on sockets', () => {
  const command = [process.execPath, PROGRAM, 'serve', '-conf'];

  it('is what the name server does in virtual time', async () => {
    const seen = await record(STEADY, command);
    expect(seen.started).toBe(true);
    const played = await play(STEADY, seen);
    // Where the machine is busy a line comes a step later.
    expect(seen.steps.flatMap((step, at) => differences({ ...step, log: [] }, { ...played.steps[at], log: [] }))).toEqual([]);
    expect(linesOf(seen)).toEqual(linesOf(played));
    expect(seen.steps[0]?.upstream).toEqual({ up1: ['udp a.test. IN A [rd ad] edns 1232 -'] });
    expect(seen.steps[3]?.answer).toMatchObject({ flags: expect.stringContaining('tc') as string, answer: [] });
    expect(seen.steps.map(({ at_ms: atMs = NaN }) => atMs)).toEqual(seen.steps.map(({ at_ms: atMs = NaN }) => atMs).toSorted((one, other) => one - other));
    expect(seen.steps[5]?.metrics?.length).toBeGreaterThan(10);
  });

  it('is that it did not start, and what it said', async () => {
    const seen = await record({ corefile: '.:{port} {\n nothing\n}\n', steps: [] }, command);
    expect(seen).toMatchObject({ started: false, steps: [] });
    expect(seen.said?.[0]).toMatch(/^DIR\/Corefile:2:2: Unknown directive 'nothing'/);
  });
});

describe('a judgement', () => {
  it('names what no row explains, and counts steps', async () => {
    const seen = await play(STEADY, { started: true, steps: [] });
    const lying = { ...seen, steps: seen.steps.map((step, at) => (at === 0 ? { ...step, log: ['[INFO] something else'] } : step)) };
    const judgement = await judge({ id: 'r1', case: STEADY, seen: lying, unstable: [4] });
    expect(judgement.left.map(({ step, kind }) => [step, kind])).toEqual([[0, 'log']]);
    expect(leftText(judgement)).toMatch(/^r1 step 0 .*\n {2}log\n {2}CoreDNS: \["\[INFO\] something else"\]\n/);
    expect(sumText([judgement])).toMatch(/\n4 passed, 1 failed, 1 skipped\n$/);
  });

  it('is that both refuse a Corefile, or one', async () => {
    const wrong: Conversation = { corefile: '.:{port} {\n nothing\n}\n', steps: [] };
    const refused = { id: 'r1', case: wrong, seen: { started: false, steps: [] } };
    expect((await judge(refused)).left).toEqual([]);
    expect((await judge({ ...refused, seen: { started: true, steps: [] } })).left.map(({ kind }) => kind)).toEqual(['starts']);
  });

  it('passes over steps in which a server is not like itself', async () => {
    const chance: Conversation = { ...STEADY, corefile: '.:{port} {\n  bind 127.0.0.1\n  whoami\n}\n', steps: [{ query: { name: 'a.test.' } }, { query: { name: 'a.test.', type: 'ANY', id: 7 } }] };
    // `whoami` tells the client's port, which is another each time.
    const recorded = await recordTwice('r2', chance, process.execPath, [PROGRAM, 'serve']);
    expect(recorded.unstable).toEqual([0, 1]);
  });
});

describe('options', () => {
  it('have defaults', () => {
    expect(readOptions(['--'], 7)).toEqual({ seed: 7, count: 20, release: '1.15.0', jobs: 2, keep: undefined, conversations: undefined, files: undefined, oddFiles: false });
    expect(readOptions(['--help'], 7)).toBeUndefined();
  });

  it.each([[['--seed', 'x'], "--seed: not a number: 'x'"], [['--release', '1.0'], "--release: not one of 1.15.0, 1.14.4: '1.0'"], [['--sede', '1'], "Unknown option '--sede'"]])('%j is wrong', (args, says) => {
    expect(() => readOptions(args, 7)).toThrow(says);
  });
});
