import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';
import { askedOf, forwarding, good, www } from './forwarding.ts';

const abandoned = (world: World): readonly number[] =>
  world.effects.flatMap((effect) => (effect.kind === 'abandon' ? [effect.exchange] : []));

describe('an upstream that does not answer', () => {
  it('is given 500 ms where nothing is known of it, then the next is asked beside it, and it is probed', () => {
    const world = forwarding('10.0.0.1 10.0.0.2');
    const query = world.ask({ name: www });
    world.pass(499);
    expect(world.asks).toHaveLength(1);
    world.pass(1);
    expect(askedOf(world)).toEqual(['udp 10.0.0.1:53', 'udp 10.0.0.2:53']);
    expect(abandoned(world)).toEqual([]);
    world.respond(good);
    expect(world.answer(query).rcode).toBe('NOERROR');
    expect(abandoned(world)).toEqual([2, 1]);
    expect(world.probes.map(({ upstream }) => upstream.address)).toEqual(['10.0.0.1']);
  });

  it('is waited for less when it used to be fast, and more when it used to be slow', () => {
    const patienceAfter = (roundTripMs: number): number => {
      const world = forwarding('10.0.0.1 10.0.0.2');
      for (let count = 0; count < 30; count += 1) {
        world.ask({ name: `n${count}.example.org` });
        world.pass(roundTripMs);
        world.respond({}, world.asks.findLast(({ upstream }) => upstream.address === '10.0.0.1'));
      }
      const { length } = world.asks;
      const start = world.now;
      world.ask({ name: www });
      while (world.asks.length < length + 2) world.pass(1);
      return world.now - start;
    };
    expect(patienceAfter(1)).toBe(250);
    expect(patienceAfter(450)).toBeGreaterThan(450);
    expect(patienceAfter(450)).toBeLessThan(500);
  });

  it('is tried twice where it is alone: SERVFAIL after 4 s, with a line that says why', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: 'WWW.example.org' });
    world.pass(3999);
    expect(world.rawAnswer(query)).toBeUndefined();
    expect(world.asks).toHaveLength(2);
    world.pass(1);
    expect(world.answer(query)).toMatchObject({ rcode: 'SERVFAIL', question: { name: 'WWW.example.org.' } });
    expect(world.lines).toEqual(['[ERROR] plugin/errors: 2 www.example.org. A: read udp 10.0.0.1:53: i/o timeout']);
  });

  it('costs 4 s at most, however many there are, each asked twice at most', () => {
    const world = forwarding('10.0.0.1 10.0.0.2 10.0.0.3');
    const query = world.ask({ name: www });
    world.pass(3999);
    expect(world.rawAnswer(query)).toBeUndefined();
    world.pass(1);
    expect(world.answer(query).rcode).toBe('SERVFAIL');
    expect(world.asks).toHaveLength(6);
    world.pass(20_000);
    expect(world.asks).toHaveLength(6);
  });

  it('is still heard when it answers late', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    const [first] = world.asks;
    world.pass(3500);
    world.respond(good, first);
    expect(world.answer(query).answers).toHaveLength(1);
  });
});

describe('an upstream that fails', () => {
  it.each([
    ['refused', 'udp', '', 'read udp 10.0.0.1:53: read: connection refused'],
    ['unreachable', 'udp', '', 'dial udp 10.0.0.1:53: connect: network is unreachable'],
    ['refused', 'tcp', 'force_tcp', 'dial tcp 10.0.0.1:53: connect: connection refused'],
    ['closed', 'tcp', 'force_tcp', 'EOF'],
    ['reset', 'tcp', 'force_tcp', 'read tcp 10.0.0.1:53: read: connection reset by peer'],
    ['insecure', 'tls', 'force_tcp', 'tls: handshake failure'],
    ['timed-out', 'tcp', 'force_tcp', 'read tcp 10.0.0.1:53: i/o timeout'],
  ] as const)('%s over %s', (reason, _transport, option, text) => {
    const world = forwarding('10.0.0.1', option);
    const query = world.ask({ name: www });
    world.fail(reason);
    expect(world.asks).toHaveLength(2);
    world.fail(reason);
    expect(world.answer(query).rcode).toBe('SERVFAIL');
    expect(world.lines).toEqual([`[ERROR] plugin/errors: 2 ${www} A: ${text}`]);
    expect(world.probes).toHaveLength(1);
  });

  it('is left for the next at once', () => {
    const world = forwarding('10.0.0.1 10.0.0.2');
    const query = world.ask({ name: www });
    world.fail('refused');
    expect(askedOf(world)).toEqual(['udp 10.0.0.1:53', 'udp 10.0.0.2:53']);
    world.respond(good);
    expect(world.answer(query).answers).toHaveLength(1);
    expect(world.lines).toEqual([]);
  });
});

describe('what the upstream is asked', () => {
  it('has an ID of its own each time, and the client’s words', () => {
    const world = forwarding('10.0.0.1');
    const ids = new Set<number>();
    for (let count = 0; count < 200; count += 1) {
      world.ask({ name: `N${count}.example.org`, id: 1, type: 'TYPE12345', checkingDisabled: true });
      const { message } = world.lastAsk;
      ids.add(((message[0] ?? 0) << 8) | (message[1] ?? 0));
      const expected = encodeQuery({
        id: 0,
        name: `N${count}.example.org`,
        type: 'TYPE12345',
        checkingDisabled: true,
        edns: { udpPayloadSize: 1232 },
      });
      expect(message.with(0, 0).with(1, 0)).toEqual(expected);
    }
    expect(ids.size).toBeGreaterThan(190);
  });

  it('has OPT with our size, the client’s DO and without its options', () => {
    const world = forwarding('10.0.0.1');
    const query = encodeQuery({ id: 1, name: www, type: 'A', edns: { udpPayloadSize: 4096, dnssecOk: true } });
    const cookie = [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
    world.send(Uint8Array.from([...query.with(query.length - 1, cookie.length), ...cookie]));
    const expected = encodeQuery({ id: 0, name: www, type: 'A', edns: { udpPayloadSize: 1232, dnssecOk: true } });
    expect(world.lastAsk.message.with(0, 0).with(1, 0)).toEqual(expected);
  });
});

describe('the transport', () => {
  it.each([
    ['', 'udp', 'udp'],
    ['', 'tcp', 'tcp'],
    ['force_tcp', 'udp', 'tcp'],
    ['prefer_udp', 'tcp', 'udp'],
    ['prefer_udp\n force_tcp', 'udp', 'tcp'],
    ['force_tcp\n prefer_udp', 'udp', 'tcp'],
  ] as const)('%j with a client over %s is %s', (options, client, expected) => {
    const world = forwarding('10.0.0.1', options);
    world.ask({ name: www }, client);
    expect(world.lastAsk.transport).toBe(expected);
  });

  it('a truncated answer goes to the client as it is', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www });
    world.respond({ truncated: true });
    expect(world.answer(query).truncated).toBe(true);
  });

  it('with prefer_udp the same upstream is asked again over TCP', () => {
    const world = forwarding('10.0.0.1 10.0.0.2', 'prefer_udp');
    const query = world.ask({ name: www });
    world.respond({ truncated: true });
    expect(askedOf(world)).toEqual(['udp 10.0.0.1:53', 'tcp 10.0.0.1:53']);
    world.respond(good);
    expect(world.answer(query)).toMatchObject({ truncated: false, answers: [{ name: www }] });
  });
});

describe('the choice of upstream', () => {
  const firsts = (policy: string, count: number): readonly string[] => {
    const world = new World({
      corefile: `. {\n forward . 10.0.0.1 10.0.0.2 10.0.0.3 {\n policy ${policy}\n }\n}`,
      seed: 7,
    });
    return Array.from({ length: count }, (_, index) => {
      world.ask({ name: `n${index}.example.org` });
      return world.lastAsk.upstream.address;
    });
  };

  it('sequential begins with the first', () => {
    expect(new Set(firsts('sequential', 20))).toEqual(new Set(['10.0.0.1']));
  });

  it('round_robin goes round', () => {
    expect(firsts('round_robin', 6)).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1']);
  });

  it('random is fair, and the same for the same seed', () => {
    const all = firsts('random', 3000);
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) {
      expect(all.filter((one) => one === address).length / 1000).toBeCloseTo(1, 0);
    }
    expect(firsts('random', 3000)).toEqual(all);
  });

  it('comes from the nameservers of a file, each once', () => {
    const world = new World({
      corefile: '. {\n forward . /etc/resolv.conf 10.0.0.2 {\n policy round_robin\n }\n}',
      resolvConf: {
        '/etc/resolv.conf':
          '# a comment\nsearch example.org\nnameserver 10.0.0.2\nnameserver fd00::53 # x\noptions ndots:5\n',
      },
    });
    for (let count = 0; count < 3; count += 1) world.ask({ name: www });
    expect(askedOf(world)).toEqual(['udp fd00::53:53', 'udp 10.0.0.2:53', 'udp fd00::53:53']);
  });
});

describe('the names that are forwarded', () => {
  const corefile = `. {
  errors
  forward example.org 10.0.0.1 {
    except internal.example.org
  }
  forward example.net 10.0.0.2
}`;

  it.each([
    ['example.org', '10.0.0.1'],
    ['a.example.org', '10.0.0.1'],
    ['a.example.net', '10.0.0.2'],
  ])('%s goes to %s', (name, upstream) => {
    const world = new World({ corefile });
    world.ask({ name });
    expect(world.lastAsk.upstream.address).toBe(upstream);
  });

  it.each(['internal.example.org', 'a.internal.example.org', 'example.com', 'notexample.org'])(
    '%s goes nowhere',
    (name) => {
      const world = new World({ corefile });
      const query = world.ask({ name });
      expect(world.answer(query).rcode).toBe('SERVFAIL');
      expect(world.lines).toEqual([`[ERROR] plugin/errors: 2 ${name}. A: plugin/forward: no next plugin found`]);
    },
  );
});
