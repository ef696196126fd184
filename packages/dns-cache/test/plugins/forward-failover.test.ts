import { describe, expect, it } from 'vitest';
import { askedOf, forwarding, good, www } from './forwarding.ts';

describe('failover', () => {
  it('asks the next upstream, and gives the last answer where all are alike', () => {
    const world = forwarding('10.0.0.1 10.0.0.2 10.0.0.3', 'failover SERVFAIL REFUSED');
    const query = world.ask({ name: www });
    world.respond({ rcode: 'SERVFAIL' });
    world.respond({ rcode: 'REFUSED' });
    expect(world.rawAnswer(query)).toBeUndefined();
    world.respond({ rcode: 'SERVFAIL', authoritative: true });
    expect(world.answer(query)).toMatchObject({ rcode: 'SERVFAIL', authoritative: true });
    expect(askedOf(world)).toEqual(['udp 10.0.0.1:53', 'udp 10.0.0.2:53', 'udp 10.0.0.3:53']);
  });

  it('gives the answer it has where the others are silent', () => {
    const world = forwarding('10.0.0.1 10.0.0.2', 'failover REFUSED');
    const query = world.ask({ name: www });
    world.respond({ rcode: 'REFUSED' });
    world.pass(4000);
    expect(world.answer(query).rcode).toBe('REFUSED');
    expect(new Set(askedOf(world).slice(1))).toEqual(new Set(['udp 10.0.0.2:53']));
  });

  it('is no attempt that has failed: max_connect_attempts does not count it', () => {
    const world = forwarding('10.0.0.1 10.0.0.2', 'failover REFUSED\n max_connect_attempts 1');
    const query = world.ask({ name: www });
    world.respond({ rcode: 'REFUSED' });
    world.respond({ rcode: 'NXDOMAIN' });
    expect(world.answer(query).rcode).toBe('NXDOMAIN');
  });

  it('is for the codes that are named: others are passed on', () => {
    const world = forwarding('10.0.0.1 10.0.0.2', 'failover REFUSED');
    const query = world.ask({ name: www });
    world.respond({ rcode: 'NXDOMAIN' });
    expect(world.answer(query).rcode).toBe('NXDOMAIN');
  });
});

describe('next', () => {
  it.each([
    ['next NXDOMAIN', { rcode: 'NXDOMAIN' }],
    ['next_on_nodata', {}],
  ])('%s goes to the next forward', (option, response) => {
    const world = forwarding('10.0.0.1', option, 'forward . 10.0.0.2');
    const query = world.ask({ name: www });
    world.respond(response);
    expect(askedOf(world)).toEqual(['udp 10.0.0.1:53', 'udp 10.0.0.2:53']);
    world.respond(good);
    expect(world.answer(query).answers).toHaveLength(1);
  });

  it('means nothing in the last forward, nor for other answers', () => {
    const world = forwarding('10.0.0.1', 'next NXDOMAIN');
    const query = world.ask({ name: www });
    world.respond({ rcode: 'NXDOMAIN' });
    expect(world.answer(query).rcode).toBe('NXDOMAIN');
    const other = forwarding('10.0.0.1', 'next NXDOMAIN\n next_on_nodata', 'forward . 10.0.0.2');
    const answered = other.ask({ name: www });
    other.respond(good);
    expect(other.answer(answered).answers).toHaveLength(1);
  });
});
