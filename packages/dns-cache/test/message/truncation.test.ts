import * as fc from 'fast-check';
import { encodeResponse } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { nameOf, replyTo, resource } from '../support/packets.ts';
import { a, read, responseTo, World } from '../support/world.ts';

const corefile = '. {\n cache 30\n forward . 192.0.2.53\n}';
const www = 'www.example.org.';

const addresses = (count: number, owner = www) =>
  Array.from({ length: count }, (_, index) => a(owner, `192.0.${index >>> 8}.${index & 255}`, 60));

/** The answer in octets, whatever the client asks with. */
const answered = (count: number, ask: Parameters<World['ask']>[0], transport: 'udp' | 'tcp' = 'udp'): Uint8Array => {
  const world = new World({ corefile });
  const query = world.ask(ask, transport);
  world.respond({ answers: addresses(count) });
  return world.rawAnswer(query) ?? new Uint8Array();
};

/** Header and question of www.example.org, then 16 octets for each compressed A record; OPT has 11. */
const octets = (count: number): number => 12 + 21 + 16 * count;

describe('an answer over UDP', () => {
  it('keeps to 512 octets without EDNS, to the octet', () => {
    const fits = answered(29, { name: www });
    expect([fits.length, read(fits).truncated]).toEqual([octets(29), false]);
    expect(octets(29)).toBeLessThanOrEqual(512);
    const cut = answered(30, { name: www });
    expect(read(cut)).toMatchObject({ truncated: true, answers: { length: 29 } });
    expect(cut).toHaveLength(octets(29));
  });

  it.each([
    ['a size that fits to the octet', octets(40) + 11, false],
    ['one octet less', octets(40) + 10, true],
    ['0, which means 512', 0, true],
    ['65535, which we cap at 1232', 65535, false],
  ])('with EDNS: %s', (_what, udpPayloadSize, truncated) => {
    const answer = answered(40, { name: www, edns: { udpPayloadSize } });
    expect(read(answer)).toMatchObject({ truncated, edns: { udpPayloadSize: 1232, version: 0 } });
  });

  it('never exceeds 1232 octets', () => {
    const answer = answered(100, { name: www, edns: { udpPayloadSize: 65535 } });
    expect(answer.length).toBeLessThanOrEqual(1232);
    expect(read(answer).truncated).toBe(true);
  });

  it('is cut between records, and says how many are left of each section', () => {
    const world = new World({ corefile });
    const query = world.ask({ name: www });
    world.respond({
      answers: addresses(10),
      authorities: addresses(10, 'ns.example.org.'),
      additionals: addresses(20, 'x.example.org.'),
    });
    const cut = world.rawAnswer(query) ?? new Uint8Array();
    // The first of `ns` and of `x` spells its label out.
    expect(cut).toHaveLength(octets(29) + 3 + 2);
    expect(read(cut)).toMatchObject({ truncated: true, answers: { length: 10 }, authorities: { length: 10 }, additionals: { length: 9 } });
  });

  it('is compressed where the upstream did not, before anything is left out', () => {
    const owner = [...nameOf(www)];
    const spelled = (count: number): Uint8Array[] =>
      Array.from({ length: count }, (_, index) => resource({ owner, type: 1, rdata: [192, 0, 2, index] }));
    for (const [count, kept] of [[29, 29], [40, 29]] as const) {
      const world = new World({ corefile });
      const query = world.ask({ name: www });
      world.reply(replyTo(world.lastAsk.message, { answer: spelled(count) }));
      expect(world.answer(query)).toMatchObject({ truncated: kept < count, answers: { length: kept } });
      expect(world.rawAnswer(query)).toHaveLength(octets(kept));
    }
  });

  it('holds what fits and not a record more, whatever its records', () => {
    const record = fc.record({
      name: fc.constantFrom(www, 'example.org.', 'a.very.long.name.of.another.zone.example.net.', '.'),
      strings: fc.array(fc.string({ maxLength: 200 }), { minLength: 1, maxLength: 3 }),
    }).map(({ name, strings }) => ({ name, type: 'TXT', ttlSeconds: 60, data: { kind: 'text', strings } }) as const);
    const records = fc.array(record, { maxLength: 12 });
    const sections = fc.record({ answers: records, authorities: records, additionals: records });
    const asked = fc.option(fc.record({ udpPayloadSize: fc.nat(2000), dnssecOk: fc.boolean() }), { nil: undefined });
    fc.assert(
      fc.property(sections, asked, (told, edns) => {
        const world = new World({ corefile: '. {\n forward . 192.0.2.53\n}' });
        const query = world.ask({ name: www, type: 'TXT', ...(edns === undefined ? {} : { edns }) });
        world.respond(told);
        const cut = world.rawAnswer(query) ?? new Uint8Array();
        const most = edns === undefined ? 512 : Math.min(Math.max(edns.udpPayloadSize, 512), 1232);
        expect(cut.length).toBeLessThanOrEqual(most);
        const { answers, authorities, additionals, truncated } = read(cut);
        const kept = [...answers, ...authorities, ...additionals];
        const all = [...told.answers, ...told.authorities, ...told.additionals];
        expect(kept).toMatchObject(all.slice(0, kept.length));
        expect(truncated).toBe(kept.length < all.length);
        if (!truncated) return;
        // One more, written by itself, is too long.
        const more = encodeResponse({ id: 1, question: { name: www, type: 'TXT' }, answers: all.slice(0, kept.length + 1) });
        expect(more.length + (edns === undefined ? 0 : 11)).toBeGreaterThan(most);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves the entry whole for whoever takes more', () => {
    const world = new World({ corefile });
    world.ask({ name: www }, 'tcp');
    world.respond({ answers: addresses(200) });
    const small = world.ask({ name: www });
    const whole = world.ask({ name: www }, 'tcp');
    expect(world.answer(small)).toMatchObject({ truncated: true, answers: { length: 29 } });
    expect(world.answer(whole)).toMatchObject({ truncated: false });
    expect(world.answer(whole).answers).toHaveLength(200);
  });

  it('carries OPT exactly where the query did, and copies DO', () => {
    expect(read(answered(1, { name: www })).edns).toBeUndefined();
    const edns = { udpPayloadSize: 1232, dnssecOk: true };
    expect(read(answered(1, { name: www, edns })).edns).toEqual({ udpPayloadSize: 1232, version: 0, dnssecOk: true });
  });
});

describe('an upstream’s OPT', () => {
  it('goes no further, wherever it stands', () => {
    const world = new World({ corefile });
    const query = world.ask({ name: www, edns: { udpPayloadSize: 1232 } });
    const reply = responseTo(world.lastAsk.message, { answers: addresses(2), edns: { udpPayloadSize: 4096 } });
    // OPT first in the additional section, a record with a compressed name after it.
    const opt = reply.slice(-11);
    const extra = [0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 2, 1, 65];
    const moved = Uint8Array.from([...reply.slice(0, -11), ...opt, ...extra]);
    moved[11] = 2;
    world.reply(moved);
    const answer = world.answer(query);
    expect(answer).toMatchObject({
      edns: { udpPayloadSize: 1232 },
      answers: [{ name: www }, { name: www }],
      additionals: [{ name: www, type: 'TXT', data: { kind: 'text', strings: ['A'] } }],
    });
  });

  it('in the midst of more than could be written again makes the reply no reply', () => {
    const world = new World({ corefile });
    world.ask({ name: www }, 'tcp');
    const reply = responseTo(world.lastAsk.message, { answers: addresses(3900), edns: { udpPayloadSize: 1232 } });
    const extra = [0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 2, 1, 65];
    world.reply(Uint8Array.from([...reply, ...extra]).with(11, 2));
    expect(world.rawAnswer(1)).toBeUndefined();
    expect(world.asks).toHaveLength(2);
  });

  it('gives its response code to clients with OPT, SERVFAIL to others', () => {
    for (const edns of [undefined, { udpPayloadSize: 1232 }]) {
      const world = new World({ corefile });
      const query = world.ask({ name: www, ...(edns === undefined ? {} : { edns }) });
      world.respond({ rcode: 'BADCOOKIE', edns: { udpPayloadSize: 1232 } });
      expect(world.answer(query).rcode).toBe(edns === undefined ? 'SERVFAIL' : 'BADCOOKIE');
    }
  });
});

describe('a large answer over TCP', () => {
  it('is passed with the compression that it came with', () => {
    const world = new World({ corefile });
    const query = world.ask({ name: www }, 'tcp');
    const id = ((world.lastAsk.message[0] ?? 0) << 8) | (world.lastAsk.message[1] ?? 0);
    const large = encodeResponse({ id, question: { name: www, type: 'A' }, answers: addresses(4000) });
    world.reply(large);
    expect(world.rawAnswer(query)).toHaveLength(large.length);
  });
});
