import { describe, expect, it } from 'vitest';
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
