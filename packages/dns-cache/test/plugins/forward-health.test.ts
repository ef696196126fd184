import { describe, expect, it } from 'vitest';
import { responseTo } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { askedOf, forwarding, good, metric, www } from './forwarding.ts';

/** All probes and questions fail until the upstreams are known to be down. */
const bringDown = (world: World): void => {
  world.ask({ name: 'down.example.org' });
  for (let count = 0; count < 40; count += 1) {
    for (const effect of [...world.asks, ...world.probes]) world.fail('refused', effect.exchange);
    world.pass(250);
  }
};

describe('an upstream that is down', () => {
  it('is passed over, is probed every half second after a wait of 1 s, and is back with its first answer', () => {
    const world = forwarding('10.0.0.1 10.0.0.2');
    world.ask({ name: www });
    world.fail('refused');
    world.respond(good);
    world.pass(9_999);
    // Silent probes: 1 s each, and 0.5 s between them.
    expect(world.probes).toHaveLength(7);
    expect(metric(world, 'coredns_proxy_healthcheck_failures_total')).toBe(6);
    world.ask({ name: 'b.example.org' });
    expect(world.lastAsk.upstream.address).toBe('10.0.0.2');
    world.respond({});
    world.pass(601);
    const probe = world.probes.at(-1);
    if (probe === undefined) throw new Error('no probe');
    world.reply(responseTo(probe.message, { rcode: 'REFUSED' }), probe.exchange);
    world.ask({ name: 'c.example.org' });
    expect(world.lastAsk.upstream.address).toBe('10.0.0.1');
    world.respond({});
    const { length } = world.probes;
    world.pass(10_000);
    expect(world.probes).toHaveLength(length);
  });

  it('leaves two attempts to each of the others', () => {
    const world = forwarding('10.0.0.1 10.0.0.2');
    world.ask({ name: www });
    world.fail('refused');
    world.respond(good);
    world.pass(10_000);
    const { length } = world.asks;
    world.ask({ name: 'b.example.org' });
    world.pass(4000);
    expect(askedOf(world).slice(length)).toEqual(['udp 10.0.0.2:53', 'udp 10.0.0.2:53']);
  });

  it('is asked all the same where all are, once each, at random', () => {
    const world = forwarding('10.0.0.1 10.0.0.2');
    bringDown(world);
    const { length } = world.asks;
    const query = world.ask({ name: www });
    expect(metric(world, 'coredns_forward_healthcheck_broken_total')).toBe(1);
    world.fail('refused');
    world.fail('refused');
    expect(world.answer(query).rcode).toBe('SERVFAIL');
    expect(new Set(askedOf(world).slice(length))).toEqual(new Set(['udp 10.0.0.1:53', 'udp 10.0.0.2:53']));
    const again = world.ask({ name: www });
    world.respond(good);
    expect(world.answer(again).rcode).toBe('NOERROR');
  });

  it('is not asked where all are and failfast_all_unhealthy_upstreams is set', () => {
    const world = forwarding('10.0.0.1', 'failfast_all_unhealthy_upstreams');
    bringDown(world);
    const { length } = world.asks;
    const query = world.ask({ name: www });
    expect(world.answer(query).rcode).toBe('SERVFAIL');
    expect(world.asks).toHaveLength(length);
    expect(world.lines.at(-1)).toBe(`[ERROR] plugin/errors: 2 ${www} A: no healthy proxies`);
  });

  it('never is with max_fails 0', () => {
    const world = forwarding('10.0.0.1', 'max_fails 0');
    bringDown(world);
    expect(world.probes).toEqual([]);
  });

  it.each([
    ['', 'udp', true],
    ['force_tcp\n health_check 0.5s no_rec', 'tcp', false],
  ] as const)('is probed as health_check says (%s)', (options, transport, recursionDesired) => {
    const world = forwarding('10.0.0.1', options);
    world.ask({ name: www });
    world.fail('refused');
    expect(world.probes[0]?.transport).toBe(transport);
    expect(((world.probes[0]?.message[2] ?? 0) & 1) === 1).toBe(recursionDesired);
  });
});
