import { describe, expect, it } from 'vitest';
import { a, read, responseTo, World } from '../support/world.ts';

const www = 'www.example.org.';
const good = { answers: [a(www, '192.0.2.1', 60)] };
const withDo = { udpPayloadSize: 1232, dnssecOk: true };

const forwarding = (to: string, options = ''): World =>
  new World({ corefile: `. {\n forward . ${to} {\n policy sequential\n max_fails 0\n ${options}\n }\n}` });

const hadEdns = (world: World): readonly boolean[] => world.asks.map(({ message }) => read(message).edns !== undefined);

describe('an upstream that refuses EDNS', () => {
  it.each(['FORMERR', 'NOTIMP', 'BADVERS'])('with %s is asked again without, and so from then on', (rcode) => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    world.reply(responseWith(world, rcode));
    expect(world.rawAnswer(query)).toBeUndefined();
    world.respond(good);
    expect(world.answer(query).answers).toHaveLength(1);
    world.ask({ name: 'b.example.org', edns: withDo });
    expect(hadEdns(world)).toEqual([true, false, false]);
    world.respond({});
    world.pass(900_000);
    world.ask({ name: 'c.example.org' });
    expect(hadEdns(world)).toEqual([true, false, false, true]);
  });

  it('with nothing but a header is asked again', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    const [high = 0, low = 0] = world.lastAsk.message;
    world.reply(Uint8Array.of(high, low, 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0));
    expect(hadEdns(world)).toEqual([true, false]);
    world.respond(good);
    expect(world.answer(query).answers).toHaveLength(1);
  });

  it('is told apart from one that refuses the question: that answer is passed on, and EDNS goes on', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    world.respond({ rcode: 'FORMERR' });
    expect(world.answer(query).rcode).toBe('FORMERR');
    world.ask({ name: 'b.example.org' });
    expect(hadEdns(world)).toEqual([true, false, true]);
  });
});

describe('an upstream that is silent to EDNS', () => {
  it('is asked without the second time, and after two such names at once', () => {
    const world = forwarding('10.0.0.1');
    for (const name of ['a.example.org', 'b.example.org']) {
      const query = world.ask({ name });
      world.pass(1000);
      world.respond({ answers: [a(name, '192.0.2.1', 60)] });
      expect(world.answer(query).answers).toHaveLength(1);
    }
    world.ask({ name: 'c.example.org' });
    expect(hadEdns(world)).toEqual([true, false, true, false, false]);
  });

  it('is asked with EDNS again where the client wants DNSSEC', () => {
    const world = forwarding('10.0.0.1');
    world.ask({ name: www, edns: withDo });
    world.pass(1000);
    expect(hadEdns(world)).toEqual([true, true]);
  });

  it('is asked with EDNS again where it understood it lately: the packet was lost', () => {
    const world = forwarding('10.0.0.1');
    world.ask({ name: 'a.example.org' });
    world.respond({});
    world.ask({ name: 'b.example.org' });
    world.pass(1000);
    expect(hadEdns(world)).toEqual([true, true, true]);
  });
});

describe('an answer over UDP', () => {
  it('of 1200 octets goes whole to a client that takes it, though the upstream was asked by one that does not', () => {
    const world = forwarding('10.0.0.1');
    const answers = Array.from({ length: 60 }, (_, index) => a(www, `192.0.2.${index}`, 60));
    const query = world.ask({ name: www, edns: { udpPayloadSize: 1232 } });
    world.respond({ answers });
    expect(world.answer(query).answers).toHaveLength(60);
    const plain = world.ask({ name: www });
    world.respond({ answers });
    expect(world.answer(plain)).toMatchObject({ truncated: true });
  });

  it('that was cut through a record, and says so, is a truncated answer', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    world.reply(responseWith(world, 'NOERROR', true).slice(0, -6));
    expect(world.answer(query)).toMatchObject({ truncated: true, answers: [] });
  });
});

const responseWith = (world: World, rcode: string, truncated = false): Uint8Array => {
  const { message } = world.lastAsk;
  return responseTo(message, {
    rcode,
    truncated,
    answers: rcode === 'NOERROR' ? good.answers : [],
    ...(rcode === 'BADVERS' ? { edns: { udpPayloadSize: 512 } } : {}),
  });
};
