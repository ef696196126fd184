import { describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { responseTo } from '../support/world.ts';
import { askedOf, forwarding, good, www } from './forwarding.ts';

describe('wrong datagrams', () => {
  it('by the dozen move the question to TCP', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    const wrong = responseTo(world.lastAsk.message, good);
    for (let count = 0; count < 500; count += 1) world.reply(wrong.with(0, (wrong[0] ?? 0) ^ 1), 1);
    expect(askedOf(world)).toEqual(['udp 10.0.0.1:53', 'tcp 10.0.0.1:53']);
    world.respond(good);
    expect(world.answer(query).answers).toHaveLength(1);
  });

  it('in another case ask over TCP beside, where the case does not matter', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: 'wWw.example.org' });
    const lower = responseTo(world.lastAsk.message, good).with(14, 0x77);
    for (let count = 0; count < 5; count += 1) world.reply(lower);
    expect(askedOf(world)).toEqual(['udp 10.0.0.1:53', 'tcp 10.0.0.1:53']);
    world.reply(responseTo(world.lastAsk.message, good).with(14, 0x77));
    expect(world.answer(query)).toMatchObject({ question: { name: 'wWw.example.org.' }, rcode: 'NOERROR' });
  });
});

describe('a datagram that is not the reply', () => {
  const reply = (world: World): Uint8Array => responseTo(world.lastAsk.message, good);

  it.each([
    ['another ID', (bytes: Uint8Array) => bytes.with(0, (bytes[0] ?? 0) ^ 1)],
    ['a query', (bytes: Uint8Array) => bytes.with(2, (bytes[2] ?? 0) & 0x7f)],
    ['another opcode', (bytes: Uint8Array) => bytes.with(2, (bytes[2] ?? 0) | 0x20)],
    ['another name', (bytes: Uint8Array) => bytes.with(14, 0x78)],
    ['another type', (bytes: Uint8Array) => bytes.with(30, 28)],
    ['another class', (bytes: Uint8Array) => bytes.with(32, 3)],
    ['two questions', (bytes: Uint8Array) => bytes.with(5, 2)],
    ['no question', (bytes: Uint8Array) => bytes.slice(0, 12).with(5, 0).with(7, 0)],
    ['another ID, cut short', (bytes: Uint8Array) => bytes.with(0, (bytes[0] ?? 0) ^ 1).slice(0, -2)],
    ['another name, cut short', (bytes: Uint8Array) => bytes.with(14, 0x78).slice(0, -2)],
    ['an answer of another class', (bytes: Uint8Array) => bytes.with(bytes.length - 11, 3)],
    ['nothing at all', () => new Uint8Array()],
  ])('%s is ignored until the right one comes', (_what, bend) => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    world.reply(bend(reply(world)));
    world.pass(50);
    expect(world.rawAnswer(query)).toBeUndefined();
    expect(world.asks).toHaveLength(1);
    world.reply(reply(world));
    expect(world.answer(query).answers).toHaveLength(1);
  });

  it.each([
    ['cut short', (bytes: Uint8Array) => bytes.slice(0, -2)],
    ['a name that points nowhere', (bytes: Uint8Array) => bytes.with(bytes.length - 16, 0xff)],
  ])('one with records that cannot be read has the question asked over TCP at once: %s', (_what, bend) => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    world.reply(bend(reply(world)));
    expect(askedOf(world)).toEqual(['udp 10.0.0.1:53', 'tcp 10.0.0.1:53']);
    world.reply(reply(world));
    expect(world.answer(query).answers).toHaveLength(1);
  });

  it('and is still awaited where TCP is refused', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    const [asked] = world.asks;
    world.reply(reply(world).slice(0, -2));
    world.fail('refused');
    expect(world.rawAnswer(query)).toBeUndefined();
    if (asked !== undefined) world.reply(responseTo(asked.message, good), asked.exchange);
    expect(world.answer(query).answers).toHaveLength(1);
  });

  it('over TCP a malformed reply ends the attempt: nobody else can have sent it', () => {
    const world = forwarding('10.0.0.1 10.0.0.2', 'force_tcp');
    world.ask({ name: www });
    world.reply(reply(world).slice(0, -2));
    expect(askedOf(world)).toEqual(['tcp 10.0.0.1:53', 'tcp 10.0.0.2:53']);
  });
});
