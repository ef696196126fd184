import { readExtendedErrors } from '../../src/message/extended-error.ts';
import { checkMessage } from '../../src/message/check.ts';
import { describe, expect, it } from 'vitest';
import { a, responseTo, World } from '../support/world.ts';

const www = 'www.example.org.';
const good = { answers: [a(www, '192.0.2.1', 60)] };
const edns = { udpPayloadSize: 1232 };

const forwarding = (to: string, options = '', more = ''): World =>
  new World({ corefile: `. {\n errors\n forward . ${to} {\n policy sequential\n ${options}\n }\n ${more}\n}` });

const askedOf = (world: World): readonly string[] =>
  world.asks.map(({ upstream, transport }) => `${transport} ${upstream.address}:${upstream.port}`);

const metric = (world: World, name: string): number =>
  world.effects.reduce((sum, effect) => (effect.kind === 'metric' && effect.metric === name ? sum + effect.value : sum), 0);

/** All probes and questions fail until the upstreams are known to be down. */
const bringDown = (world: World): void => {
  world.ask({ name: 'down.example.org' });
  for (let count = 0; count < 40; count += 1) {
    for (const effect of [...world.asks, ...world.probes]) world.fail('refused', effect.exchange);
    world.pass(250);
  }
};

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

describe('what a client with EDNS is told', () => {
  const reasons = (world: World, query: number) => {
    const message = checkMessage(world.rawAnswer(query) ?? new Uint8Array());
    return readExtendedErrors(message.kind === 'message' ? (message.edns?.options ?? []) : []);
  };

  it('is that nobody was heard', () => {
    const world = forwarding('10.0.0.1 10.0.0.2');
    const query = world.ask({ name: www, edns });
    world.pass(4000);
    const text = 'read udp 10.0.0.1:53: i/o timeout; read udp 10.0.0.2:53: i/o timeout';
    expect(reasons(world, query)).toEqual([{ code: 22, text }]);
  });

  it('is who did what', () => {
    const world = forwarding('10.0.0.1 10.0.0.2', 'force_tcp\n max_connect_attempts 2');
    const query = world.ask({ name: www, edns });
    world.fail('refused');
    world.fail('closed');
    const text = 'dial tcp 10.0.0.1:53: connect: connection refused; 10.0.0.2:53: EOF';
    expect(reasons(world, query)).toEqual([{ code: 23, text }]);
  });

  it('is the upstream’s own reason for SERVFAIL', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www, edns });
    const reply = responseTo(world.lastAsk.message, { rcode: 'SERVFAIL', edns });
    // Extended error 6, DNSSEC bogus, in the OPT record that ends the message.
    world.reply(Uint8Array.from([...reply.slice(0, -2), 0, 9, 0, 15, 0, 5, 0, 6, ...Buffer.from('sig')]));
    expect(reasons(world, query)).toEqual([{ code: 6, text: 'sig' }]);
  });
});

describe('a file of nameservers that changes', () => {
  const watching = (): World =>
    new World({
      corefile: '. {\n forward . /etc/resolv.conf {\n policy sequential\n }\n}',
      resolvConf: { '/etc/resolv.conf': 'nameserver 10.0.0.1\n' },
    });
  const change = (world: World, text: string): void => {
    world.effects.push(...world.server.handle({ kind: 'file', path: '/etc/resolv.conf', text }, world.now));
  };

  it('is watched, and read again; what was under way goes on', () => {
    const world = watching();
    expect(world.server.watchedFiles).toEqual(['/etc/resolv.conf']);
    const before = world.ask({ name: www });
    change(world, 'nameserver 10.0.0.2\nnameserver 10.0.0.3\n');
    expect(world.lines).toEqual([
      "[INFO] plugin/forward: '/etc/resolv.conf' has changed: forwarding to 10.0.0.2:53 10.0.0.3:53",
    ]);
    const after = world.ask({ name: 'b.example.org' });
    expect(askedOf(world)).toEqual(['udp 10.0.0.1:53', 'udp 10.0.0.2:53']);
    world.respond(good, world.asks[0]);
    world.respond({}, world.asks[1]);
    expect([world.answer(before).rcode, world.answer(after).rcode]).toEqual(['NOERROR', 'NOERROR']);
  });

  it('that names nobody is warned of, and the old ones are kept', () => {
    const world = watching();
    change(world, '# nothing\n');
    expect(world.lines).toEqual([
      "[WARNING] plugin/forward: no nameservers found in '/etc/resolv.conf': still forwarding to 10.0.0.1:53",
    ]);
    world.ask({ name: www });
    expect(world.lastAsk.upstream.address).toBe('10.0.0.1');
  });

  it('stops the probes of those that are gone', () => {
    const world = watching();
    world.ask({ name: www });
    world.fail('refused');
    world.fail('refused');
    change(world, 'nameserver 10.0.0.2\n');
    const { length } = world.probes;
    world.pass(20_000);
    expect(world.probes).toHaveLength(length);
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
