import { assuming, explore, flightFrom, newHostState, run, seededChance } from '@nodelocal/netfilter-sim';
import type { Journey } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { DROP, dump, forward, match, meta, nftLab, payload, QUERY, set } from './support.ts';

const UNKNOWN = { kind: 'unknown' } as const;
const OUTPUT = { ...forward, hook: 'output' };
const TO_443 = 'local: tcp 172.18.0.2:4000 > 172.18.0.9:443';
const OWNER = match(meta('skuid'), 1000);
const PING = 'pod1: icmp 10.244.1.5 > 10.244.1.6 type 8 id 7';

const lab = (statements: readonly object[], base: { readonly hook: string; readonly prio: number } = OUTPUT) => nftLab(dump({ chains: [{ name: 'c', base, rules: [statements] }] }));
const walk = (statements: readonly object[], packet = TO_443): Journey => {
  const { host } = lab(statements);
  return run(host, newHostState(), flightFrom(host, packet, UNKNOWN), seededChance(1));
};

describe('a rule with a test whose answer is not known', () => {
  it.each<readonly [text: string, statements: readonly object[]]>([
    ['another test behind it', [OWNER, match(payload('tcp', 'dport'), 25), DROP]],
    ['one before it', [match(payload('tcp', 'dport'), 25), OWNER, DROP]],
    ['one behind a counter', [OWNER, { counter: null }, match(payload('tcp', 'dport'), 25), DROP]],
    ['one behind a limit', [OWNER, { limit: { rate: 1, per: 'hour' } }, match(payload('tcp', 'dport'), 25), DROP]],
    ['one behind a test that the model lacks', [match(meta('cpu'), 0), match(payload('tcp', 'dport'), 25), DROP]],
  ])('does not matter where %s fails', (_text, statements) => {
    expect(walk(statements).outcome.kind).toBe('sent');
  });

  it('says that a counter behind it is not known any more', () => {
    const { host } = lab([OWNER, { counter: null }, match(payload('tcp', 'dport'), 25), DROP]);
    const state = newHostState();
    run(host, state, flightFrom(host, TO_443, UNKNOWN), seededChance(1));
    expect([...state.doubtful]).toEqual(['nft ip t c handle 1']);
  });

  it('ends the walk where it decides, and can be assumed and explored', () => {
    const statements = [OWNER, match(payload('tcp', 'dport'), 443), DROP];
    const { host } = lab(statements);
    expect(walk(statements).outcome).toMatchObject({
      what: 'the user that owns the sending socket',
      question: 'the user that owns the sending socket, in ip t c handle 1',
      rule: { place: 'ip t c handle 1', text: 'meta skuid 1000 tcp dport 443 drop' },
    });
    const flight = () => flightFrom(host, TO_443, UNKNOWN);
    expect(run(host, newHostState(), flight(), assuming(() => true, seededChance(1))).outcome.kind).toBe('dropped');
    expect(explore(host, newHostState(), flight(), { ports: seededChance(1) }).possibilities).toHaveLength(2);
  });
});

describe('a range that ends before it begins', () => {
  it('is what nft makes of two comparisons in a row: a question', () => {
    expect(walk([match(payload('ip', 'ttl'), { range: [100, 63] }, '!='), DROP]).outcome).toMatchObject({
      what: expect.stringContaining('nft made one range of two comparisons') as string,
    });
    expect(walk([match(payload('ip', 'ttl'), { range: [63, 100] }, '!='), DROP]).outcome.kind).toBe('sent');
  });
});

describe('tests in a row that neighbouring fields are not these values', () => {
  const unequal = (sport: number, dport: number): readonly object[] => [
    match(payload('tcp', 'sport'), sport, '!='),
    match(payload('tcp', 'dport'), dport, '!='),
    DROP,
  ];

  it.each([
    ['hold where none is equal', 1, 2, 'dropped'],
    ['fail where all are', 4000, 443, 'sent'],
  ])('%s', (_text, sport, dport, kind) => {
    expect(walk(unequal(sport, dport)).outcome.kind).toBe(kind);
  });

  it('are a question where some are: nft may have made one test of them', () => {
    expect(walk(unequal(4000, 2)).outcome).toMatchObject({ what: expect.stringContaining('one test of those of tcp sport and tcp dport') as string });
    expect(walk([...unequal(4000, 2).slice(0, 2), match(payload('tcp', 'dport'), 25), DROP]).outcome.kind).toBe('sent');
    const apart = [match(payload('tcp', 'sport'), 4000, '!='), match(payload('ip', 'ttl'), 1, '!='), DROP];
    expect(walk(apart).outcome.kind).toBe('sent');
  });
});

describe('a part of a key that is not known', () => {
  const key = { concat: [payload('ip', 'daddr'), meta('l4proto'), payload('th', 'dport')] };
  const services = (protocol: string) => [match(key, set({ concat: ['10.244.1.6', protocol, 53] })), DROP];

  it('does not matter where no element has the other parts', () => {
    expect(lab(services('udp'), forward).send(PING).outcome.kind).toBe('forwarded');
    expect(lab(services('udp'), forward).send(QUERY).outcome.kind).toBe('dropped');
  });

  it('is a question where one has', () => {
    expect(lab(services('icmp'), forward).send(PING).outcome).toMatchObject({
      question: 'octets of a header of protocol 1, in ip t c handle 1',
    });
  });
});

describe('a verdict map by what is not known', () => {
  const flight = (host: Parameters<typeof flightFrom>[0]) => flightFrom(host, TO_443, UNKNOWN);
  const { host } = lab([{ vmap: { key: meta('skuid'), data: set([0, { accept: null }], [1000, { drop: null }]) } }]);

  it('is a question for each of its elements', () => {
    const { possibilities } = explore(host, newHostState(), flight(host), { ports: seededChance(1) });
    expect(possibilities.map(({ journey, decisions }) => [journey.outcome.kind, decisions.map(({ choice }) => choice.what)])).toEqual([
      ['sent', ['whether meta skuid is 0, in ip t c handle 1']],
      ['dropped', ['whether meta skuid is 0, in ip t c handle 1', 'whether meta skuid is 1000, in ip t c handle 1']],
      ['sent', ['whether meta skuid is 0, in ip t c handle 1', 'whether meta skuid is 1000, in ip t c handle 1']],
    ]);
  });
});
