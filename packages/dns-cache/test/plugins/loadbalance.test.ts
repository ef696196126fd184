import type { RecordOptions } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import type { WorldOptions } from '../support/world.ts';
import { a, alias, soa, World } from '../support/world.ts';

const name = 'www.example.org';

const mail = (exchange: string): RecordOptions => ({
  name,
  type: 'MX',
  ttlSeconds: 60,
  data: { kind: 'mail', preference: 10, exchange },
});

const text: RecordOptions = { name, type: 'TXT', ttlSeconds: 60, data: { kind: 'text', strings: ['t'] } };

const balancing = (directive: string, options: Partial<WorldOptions> = {}): World => {
  const corefile = `. {\n ${directive}\n forward . 192.0.2.53\n}`;
  return new World({ corefile, ...options });
};

/** What comes out of an answer section that went in. */
const order = (world: World, answers: readonly RecordOptions[], type = 'A'): readonly string[] => {
  const query = world.ask({ name, type, edns: { udpPayloadSize: 1232 } });
  world.respond({ answers });
  return world.answer(query).answers.map(({ type: kind, data }) => {
    if (data.kind === 'address') return data.address;
    return data.kind === 'mail' ? data.exchange : kind;
  });
};

/** How often each address is first in many answers. */
const firsts = (world: World, addresses: readonly string[], rounds: number): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (let round = 0; round < rounds; round += 1) {
    const [first = ''] = order(world, addresses.map((address) => a(name, address, 60)));
    counts[first] = (counts[first] ?? 0) + 1;
  }
  return counts;
};

describe('round_robin', () => {
  it('puts aliases first, then what is neither, addresses and exchangers', () => {
    const answers = [mail('m.org.'), a(name, '10.0.0.1', 60), text, alias(name, 'b.org', 60)];
    expect(order(balancing('loadbalance'), answers)).toEqual(['CNAME', 'TXT', '10.0.0.1', 'm.org.']);
  });

  it('puts each address first as often as another, and loses none', () => {
    const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    const counts = firsts(balancing('loadbalance'), addresses, 600);
    for (const address of addresses) expect(counts[address]).toBeGreaterThan(150);
    const world = balancing('loadbalance round_robin');
    expect([...order(world, addresses.map((address) => a(name, address, 60)))].sort()).toEqual(addresses);
  });

  it('keeps each record’s TTL, and the flags and the rest of the reply', () => {
    const world = balancing('loadbalance');
    const query = world.ask({ name, edns: { udpPayloadSize: 1232 } });
    world.respond({ authenticated: true, answers: [a(name, '10.0.0.1', 10), a(name, '10.0.0.2', 20)] });
    const reply = world.answer(query);
    expect(reply.recursionAvailable).toBe(true);
    expect(reply.edns).toBeDefined();
    expect(new Set(reply.answers.map(({ ttlSeconds, data }) => [ttlSeconds, data]))).toEqual(
      new Set([
        [10, { kind: 'address', address: '10.0.0.1' }],
        [20, { kind: 'address', address: '10.0.0.2' }],
      ]),
    );
  });

  it('shuffles what a cache keeps, again and again', () => {
    const world = balancing('loadbalance\n cache');
    const addresses = Array.from({ length: 8 }, (_, index) => `10.0.0.${index}`);
    order(world, addresses.map((address) => a(name, address, 60)));
    const seen = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const { answers } = world.answer(world.ask({ name, edns: { udpPayloadSize: 1232 } }));
      seen.add(answers.map(({ data }) => (data.kind === 'address' ? data.address : '')).join(' '));
    }
    expect(world.asks).toHaveLength(1);
    expect(seen.size).toBeGreaterThan(15);
  });

  it('leaves failures and denials alone', () => {
    const world = balancing('loadbalance');
    const query = world.ask({ name });
    world.respond({ rcode: 'NXDOMAIN', authorities: [soa('example.org', 60, 60)] });
    expect(world.answer(query).rcode).toBe('NXDOMAIN');
  });
});

describe('prefer', () => {
  const directive = 'loadbalance {\n prefer 10.0.0.0/24 2001:db8::/32 10.0.0.0/8\n }';

  it('puts the networks’ addresses first, in the order of the networks', () => {
    const answers = ['192.0.2.1', '10.9.9.9', '10.0.0.7'].map((address) => a(name, address, 60));
    expect(order(balancing(directive), [...answers, alias(name, 'b.org', 60), text])).toEqual([
      'CNAME', '10.0.0.7', '10.9.9.9', '192.0.2.1', 'TXT',
    ]);
  });

  it('adds up over several lines', () => {
    expect(meaning('loadbalance {\n prefer 10.0.0.0/24\n}\nloadbalance {\n prefer ::/0\n}')).toEqual([
      'loadbalance round_robin', '  prefer 10.0.0.0/24 ::/0',
    ]);
  });
});

describe('weighted', () => {
  const weights = [
    '# how much each host can take', '', 'www.example.org', '10.0.0.1 3', '10.0.0.2   1', 'other.example.org.', '10.0.0.3 200',
  ].join('\n');
  const weighted = 'loadbalance weighted /weights';
  const files = { resolvConf: { '/weights': weights } };

  it('puts an address first as often as its weight says', () => {
    const counts = firsts(balancing(weighted, files), ['10.0.0.2', '10.0.0.1'], 800);
    expect(counts['10.0.0.1']).toBeGreaterThan(540);
    expect(counts['10.0.0.1']).toBeLessThan(660);
  });

  it('counts an address without a weight once', () => {
    const counts = firsts(balancing(weighted, files), ['10.0.0.9', '10.0.0.1', '10.0.0.2'], 1000);
    expect(counts['10.0.0.9']).toBeGreaterThan(140);
    expect(counts['10.0.0.9']).toBeLessThan(260);
  });

  it('changes the first with the one it was', () => {
    const heavy = { resolvConf: { '/weights': 'www.example.org\n10.0.0.3 255' }, seed: 3 };
    const answers = [1, 2, 3, 4].map((octet) => a(name, `10.0.0.${octet}`, 60));
    const world = balancing(weighted, heavy);
    expect(order(world, [...answers, alias(name, 'b.org', 60)])).toEqual([
      'CNAME', '10.0.0.3', '10.0.0.2', '10.0.0.1', '10.0.0.4',
    ]);
  });

  it('leaves other types as they are', () => {
    expect(order(balancing(weighted, files), [mail('a.org.'), mail('b.org.')], 'MX')).toEqual(['a.org.', 'b.org.']);
  });

  it('takes a changed file, and keeps what it knew where that is wrong', () => {
    const world = balancing(weighted, files);
    expect(world.server.watchedFiles).toEqual(['/weights']);
    world.changeFile('/weights', 'www.example.org\n10.0.0.2 255');
    world.changeFile('/weights', 'www.example.org\n10.0.0.2');
    expect(firsts(world, ['10.0.0.1', '10.0.0.2'], 100)['10.0.0.2']).toBeGreaterThan(90);
    expect(world.lines).toEqual([
      '[INFO] plugin/loadbalance: Successfully reloaded weight file /weights',
      "[ERROR] plugin/loadbalance: weight file /weights: line 2: Wrong domain name: '10.0.0.2' (maybe a missing weight?)",
    ]);
  });

  it('waits for a file that is not there', () => {
    const world = balancing(weighted);
    world.start();
    expect(world.lines).toEqual([
      '[WARNING] plugin/loadbalance: Failed to open weight file: /weights: no such file. Will try again in 30s',
    ]);
    world.changeFile('/weights', weights);
    expect(world.lines).toHaveLength(2);
  });
});

describe('what loadbalance means', () => {
  const files = { '/w': 'example.org\n10.0.0.1 1' };
  it.each([
    ['loadbalance', ['loadbalance round_robin']],
    ['loadbalance round_robin', ['loadbalance round_robin']],
    ['loadbalance weighted wfile', ['loadbalance weighted wfile, every 30s']],
    ['loadbalance weighted wf {\n reload 10s\n}', ['loadbalance weighted wf, every 10s']],
    ['loadbalance weighted wf {\n reload 0s\n}', ['loadbalance weighted wf, never reloaded']],
    ['loadbalance round_robin\nloadbalance weighted wf', ['loadbalance weighted wf, every 30s']],
  ])('%j', (directive, expected) => {
    expect(meaning(directive)).toEqual(expected);
  });

  it.each([
    ['loadbalance fleeb', '2:13: unknown policy: fleeb'],
    ['loadbalance round_robin a', "2:25: unknown property for round_robin: 'a'"],
    ['loadbalance weighted', '2:13: missing weight file argument'],
    ['loadbalance weighted a b', "2:24: unexpected argument: 'b'"],
    ['loadbalance weighted /w {\n susu\n}', "3:2: unknown option 'susu'"],
    ['loadbalance weighted /w {\n prefer 10.0.0.0/8\n}', "3:2: unknown option 'prefer'"],
    ['loadbalance weighted /w {\n reload\n}', '3:2: Wrong argument count'],
    ['loadbalance weighted /w {\n reload a\n}', "3:9: the reload interval is not a duration: 'a'"],
    ['loadbalance weighted /w {\n reload 30s  a\n}', '3:14: Wrong argument count'],
    ['loadbalance {\n reload 30s\n}', "3:2: unknown option 'reload'"],
    ['loadbalance {\n prefer 10.0.0.0\n}', "3:9: invalid CIDR '10.0.0.0'"],
    ['loadbalance\nloadbalance fleeb', '3:13: unknown policy: fleeb'],
    ['loadbalance weighted /none {\n reload 0s\n}', '2:22: no weight file: /none: no such file'],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive, { files })).toContain(`Corefile:${expected}`);
  });

  it.each([
    ['10.0.0.1 1', 'line 1: Missing domain name'],
    ['\nexample.org\n10.0.0 1', "line 3: Wrong IP address: '10.0.0'"],
    ['example.org\n10.0.0.1 0', "line 2: Wrong weight value: '0'"],
    ['example.org\n10.0.0.1 256', "line 2: Wrong weight value: '256'"],
    ['example.org\n10.0.0.1 -1', "line 2: Wrong weight value: '-1'"],
    ['example.org\n10.0.0.1 1 1', "line 2: Could not parse weight line: '10.0.0.1 1 1'"],
    ['10.0.0.1', "line 1: Wrong domain name: '10.0.0.1'"],
    ['a..b', "line 1: Wrong domain name: 'a..b'"],
  ])('a file of weights %j is refused', (weights, expected) => {
    expect(complaint('loadbalance weighted /w', { files: { '/w': weights } })).toContain(
      `Corefile:2:22: weight file /w: ${expected}`,
    );
  });
});
