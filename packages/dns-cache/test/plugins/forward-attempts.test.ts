import { describe, expect, it } from 'vitest';
import { forwarding, good, metric, www } from './forwarding.ts';

describe('attempts', () => {
  it('are as many as max_connect_attempts says', () => {
    const world = forwarding('10.0.0.1 10.0.0.2', 'max_connect_attempts 1');
    const query = world.ask({ name: www });
    world.fail('refused');
    expect(world.answer(query).rcode).toBe('SERVFAIL');
    expect(world.asks).toHaveLength(1);
  });

  it('without a limit do not run around an upstream that refuses', () => {
    const world = forwarding('10.0.0.1', 'max_connect_attempts 0\n max_fails 0');
    const query = world.ask({ name: www });
    for (let failed = 0; world.rawAnswer(query) === undefined; ) {
      for (; failed < world.asks.length; failed += 1) world.fail('refused', world.asks[failed]?.exchange);
      world.pass(10);
    }
    expect(world.now).toBe(4000);
    expect(world.asks.length).toBeGreaterThan(10);
    expect(world.asks.length).toBeLessThan(20);
  });

  it.each([
    ['read_timeout 500ms', 1000],
    ['read_timeout 2s', 4000],
    ['read_timeout 4500ms', 4500],
    ['max_connect_attempts 1', 2000],
  ])('with %s take %d ms at most', (option, ms) => {
    const world = forwarding('10.0.0.1', option);
    const query = world.ask({ name: www });
    world.pass(ms - 1);
    expect(world.rawAnswer(query)).toBeUndefined();
    world.pass(1);
    expect(world.answer(query).rcode).toBe('SERVFAIL');
  });

  it('beside a silent one over TCP avoid its connection', () => {
    const world = forwarding('10.0.0.1', 'force_tcp');
    world.ask({ name: www });
    world.pass(500);
    expect(world.asks.map(({ exchange, insteadOf }) => [exchange, insteadOf])).toEqual([
      [1, undefined],
      [2, 1],
    ]);
  });
});

describe('a server that is late', () => {
  it('takes what came before it looks at deadlines', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    world.now = 5000;
    world.respond(good);
    world.pass(0);
    expect(world.answer(query)).toMatchObject({ rcode: 'NOERROR' });
    expect([world.asks.length, world.probes.length]).toEqual([1, 0]);
  });

  it('waits by as much longer', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    world.now = 3000;
    world.stall(2900);
    expect(world.server.nextTimeout()).toBe(500 + 2900);
    world.pass(399);
    expect(world.asks).toHaveLength(1);
    world.pass(1);
    expect(world.asks).toHaveLength(2);
    world.pass(3499);
    expect(world.rawAnswer(query)).toBeUndefined();
    world.pass(1);
    expect(world.answer(query).rcode).toBe('SERVFAIL');
    expect(world.now).toBe(4000 + 2900);
  });
});

describe('max_concurrent', () => {
  it('refuses what is more, and counts it', () => {
    const world = forwarding('10.0.0.1', 'max_concurrent 2');
    world.ask({ name: 'a.example.org' });
    world.ask({ name: 'b.example.org' });
    const third = world.ask({ name: www });
    expect(world.answer(third).rcode).toBe('REFUSED');
    expect(world.lines).toEqual([`[ERROR] plugin/errors: 5 ${www} A: concurrent queries exceeded maximum 2`]);
    expect(metric(world, 'coredns_forward_max_concurrent_rejects_total')).toBe(1);
    world.respond({});
    world.ask({ name: www });
    expect(world.asks).toHaveLength(3);
  });
});

describe('the duration of an exchange', () => {
  it('is a metric for each upstream and response code', () => {
    const world = forwarding('10.0.0.1');
    world.ask({ name: www });
    world.pass(20);
    world.respond({ rcode: 'NXDOMAIN' });
    expect(world.effects.filter(({ kind }) => kind === 'metric')).toEqual([
      {
        kind: 'metric',
        metric: 'coredns_proxy_request_duration_seconds',
        labels: ['forward', '10.0.0.1:53', 'NXDOMAIN'],
        value: 0.02,
      },
    ]);
  });
});
