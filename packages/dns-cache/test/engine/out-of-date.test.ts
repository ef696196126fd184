import { describe, expect, it } from 'vitest';
import { readSignatureTime } from '../../src/message/presentation/signature-time.ts';
import { octets } from '../support/packets.ts';
import { a, World } from '../support/world.ts';

const TODAY = Date.UTC(2026, 10, 30);
const NAME = 'www.example.org.';

/** RRSIG of an address, with what it says of its time (RFC 4034 §3.1). */
const signature = (inception: string, expiration: string) => {
  const time = (text: string): Uint8Array => readSignatureTime(text) ?? new Uint8Array(4);
  const rdata = octets([0, 1, 8, 3, 0, 0, 0, 60], time(expiration), time(inception), [0x30, 0x39, 0], [1, 2, 3]);
  return { name: NAME, type: 'RRSIG', ttlSeconds: 60, data: { kind: 'opaque', octets: rdata } } as const;
};

const GOOD = signature('20260101000000', '20270101000000');
const OVER = signature('20250101000000', '20260101000000');
const EARLY = signature('20270101000000', '20280101000000');
/** Beyond 2106 its octets begin anew. */
const FAR = signature('20990101000000', '21070101000000');

type Signature = typeof GOOD;

const asked = (world: World, dnssecOk = true): number => world.ask({ name: NAME, edns: { udpPayloadSize: 1232, dnssecOk } });

const worldWith = (corefile: string, found: Signature, { unixMs, offersDo = true }: { readonly unixMs?: () => number; readonly offersDo?: boolean } = {}): World => {
  const world = new World({ corefile, ...(unixMs !== undefined && { unixMs }) });
  asked(world);
  world.respond({ answers: [a(NAME, '192.0.2.1', 60), found], ...(offersDo && { edns: { udpPayloadSize: 1232, dnssecOk: true } }) });
  return world;
};

const CACHE = '. {\n cache\n forward . 192.0.2.53\n}';
const today = { unixMs: () => TODAY };

describe('an answer whose signatures are out of date', () => {
  it.each([['over', OVER], ['not yet begun', EARLY]] as const)('is not kept: %s', (_what, found) => {
    const world = worldWith(CACHE, found, today);
    expect(world.answer(1).answers.map(({ ttlSeconds }) => ttlSeconds)).toEqual([5, 5]);
    asked(world);
    expect(world.asks).toHaveLength(2);
  });

  it.each([['this year', GOOD, TODAY], ['on both sides of 2106', FAR, Date.UTC(2100, 0, 1)]] as const)('is kept where they hold: %s', (_what, found, now) => {
    const world = worldWith(CACHE, found, { unixMs: () => now });
    asked(world);
    expect(world.asks).toHaveLength(1);
  });

  it('is kept where there is no calendar, or the upstream knows no DO', () => {
    for (const world of [worldWith(CACHE, OVER), worldWith(CACHE, OVER, { ...today, offersDo: false })]) {
      asked(world);
      expect(world.asks).toHaveLength(1);
    }
  });

  it('takes the place of no expired entry', () => {
    const world = worldWith('. {\n cache {\n  serve_stale 1h verify\n }\n forward . 192.0.2.53\n}', GOOD, today);
    world.pass(61_000);
    const query = asked(world);
    world.respond({ answers: [a(NAME, '192.0.2.2', 60), OVER], edns: { udpPayloadSize: 1232, dnssecOk: true } });
    expect(world.answer(query).answers[0]?.data).toMatchObject({ address: '192.0.2.1' });
  });

  it('is an error to `log` where there is no cache', () => {
    const logged = (found: Signature): number =>
      worldWith('. {\n log . {\n  class error\n }\n forward . 192.0.2.53\n}', found, today).effects.filter(({ kind }) => kind === 'log').length;
    expect([logged(OVER), logged(GOOD)]).toEqual([1, 0]);
  });
});
