import type { RecordData } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { optionsOf, queryWithOptions } from '../support/octets.ts';
import { a, alias, read, soa, World } from '../support/world.ts';

const worldOf = (...rules: readonly string[]): World =>
  new World({ corefile: `. {\n${rules.join('\n')}\n errors\n forward . 192.0.2.53\n}` });

const asked = (world: World): string => {
  const question = read(world.lastAsk.message).question;
  return `${question?.name} ${question?.type} ${question?.class}`;
};

const record = (name: string, type: string, data: RecordData) => ({ name, type, ttlSeconds: 60, data });

/** CoreDNS’s TestRewrite: a list of rules, and what becomes of questions. */
const LIST: readonly string[] = [
  'rewrite stop name from.nl. to.nl.',
  String.raw`rewrite stop name regex (core)\.(dns)\.(rocks)\.(nl) {2}.{1}.{3}.{4} answer name (dns)\.(core)\.(rocks)\.(nl) {2}.{1}.{3}.{4}`,
  'rewrite stop name exact from.exact.nl. to.nl.',
  'rewrite stop name prefix prefix to',
  'rewrite stop name suffix .suffix. .nl.',
  'rewrite stop name substring from.substring to',
  String.raw`rewrite stop name regex (f.*m)\.regex\.(nl) to.{2}`,
  String.raw`rewrite continue name regex consul\.(rocks) core.dns.{1}`,
  'rewrite stop name core.dns.rocks to.nl.',
  'rewrite continue class HS CH',
  'rewrite stop class CH IN',
  'rewrite stop type ANY HINFO',
];

describe('what goes on (CoreDNS’s rewrite_test.go and name_test.go)', () => {
  it.each([
    ['from.nl', 'A', 'IN', 'to.nl. A IN'],
    ['FROM.nl', 'A', 'IN', 'to.nl. A IN'],
    ['a.nl', 'A', 'IN', 'a.nl. A IN'],
    ['a.nl', 'A', 'CH', 'a.nl. A IN'],
    ['a.nl', 'ANY', 'IN', 'a.nl. HINFO IN'],
    ['from.nl', 'ANY', 'IN', 'to.nl. ANY IN'],
    ['from.exact.nl', 'A', 'IN', 'to.nl. A IN'],
    ['prefix.nl', 'A', 'IN', 'to.nl. A IN'],
    ['to.suffix', 'A', 'IN', 'to.nl. A IN'],
    ['from.substring.nl', 'A', 'IN', 'to.nl. A IN'],
    ['from.regex.nl', 'A', 'IN', 'to.nl. A IN'],
    ['consul.rocks', 'A', 'IN', 'to.nl. A IN'],
    ['a.nl', 'ANY', 'CH', 'a.nl. ANY IN'],
    ['a.nl', 'ANY', 'HS', 'a.nl. ANY IN'],
    ['core.dns.rocks.nl', 'A', 'IN', 'dns.core.rocks.nl. A IN'],
  ])('%s %s %s as %s', (name, type, klass, expected) => {
    const world = worldOf(...LIST);
    const query = world.ask({ name, type, class: klass });
    expect(asked(world)).toBe(expected);
    world.respond({});
    expect(world.answer(query)).toMatchObject({ rcode: 'NOERROR', question: { name: `${name}.`, type, class: klass } });
  });

  it.each([
    ['name prefix foo bar', 'foo.example.com', 'bar.example.com.'],
    ['name prefix foo. bar.', 'foo.example.com', 'bar.example.com.'],
    ['name suffix com org', 'foo.example.com', 'foo.example.org.'],
    ['name suffix .com .org', 'foo.example.com', 'foo.example.org.'],
    ['name suffix .in.coredns.rocks nginx.coredns.rocks', 'core.in.coredns.rocks', 'corenginx.coredns.rocks.'],
    ['name prefix foo bar', 'coredns.foo', 'coredns.foo.'],
    ['name suffix com org', 'com.coredns', 'com.coredns.'],
    ['name substring service svc', 'com.coredns', 'com.coredns.'],
    ['name exact coredns.org. service.consul.', 'coredns.rocks', 'coredns.rocks.'],
    ['name regex (.*).coredns.rocks {1}.coredns.maps', 'foo.coredns.rocks', 'foo.coredns.maps.'],
    ['name regex ^(.)(x)?\\.a\\.$ {1}{2}.{1}x', 'b.a', 'b.bx.'],
  ])('%s: %s as %s', (rule, name, expected) => {
    const world = worldOf(`rewrite ${rule}`);
    world.ask({ name });
    expect(asked(world)).toBe(`${expected} A IN`);
  });

  it('nothing, where a name becomes none', () => {
    const world = worldOf('rewrite name example.org. example..org.');
    const query = world.ask({ name: 'example.org' });
    expect(world.answer(query)).toMatchObject({ rcode: 'SERVFAIL', question: { name: 'example.org.' } });
    expect(world.asks).toEqual([]);
    expect(world.lines.join()).toContain('example.org. A: invalid name after rewrite: example..org.');
  });
});

describe('what comes back', () => {
  /** The owner of the answer’s record, which the upstream gives for the rewritten name. */
  it.each([
    ['name prefix foo bar', 'foo.example.com', 'bar.example.com.'],
    ['name prefix foo bar answer auto', 'foo.example.com', 'foo.example.com.'],
    ['name suffix com org', 'foo.example.com', 'foo.example.org.'],
    ['name suffix com org answer auto', 'foo.example.com', 'foo.example.com.'],
    ['name suffix .in.rocks nginx.rocks answer auto', 'core.in.rocks', 'core.in.rocks.'],
    ['name substring b.c x answer auto', 'a.b.c.d', 'a.b.c.d.'],
    ['name exact coredns.rocks service.consul', 'coredns.rocks', 'coredns.rocks.'],
    ['name coredns.rocks service.consul', 'coredns.rocks', 'coredns.rocks.'],
    ['name exact coredns.rocks service.consul answer auto', 'coredns.rocks', 'coredns.rocks.'],
    ['name regex (.*).coredns.rocks {1}.maps answer auto', 'foo.coredns.rocks', 'foo.coredns.rocks.'],
    ['name regex (.*).coredns.rocks {1}.maps answer name (.*).maps {1}.works', 'foo.coredns.rocks', 'foo.works.'],
    ['name regex (.*).coredns.rocks {1}.maps', 'foo.coredns.rocks', 'foo.maps.'],
    ['name coredns.rocks service.consul', 'CoreDNS.Rocks', 'CoreDNS.Rocks.'],
  ])('%s: %s is answered with %s', (rule, name, owner) => {
    const world = worldOf(`rewrite ${rule}`);
    const query = world.ask({ name });
    const [rewritten = ''] = asked(world).split(' ');
    world.respond({ answers: [a(rewritten, '192.0.2.1', 60)] });
    expect(world.answer(query).answers).toMatchObject([{ name: owner, data: { address: '192.0.2.1' } }]);
    expect(world.answer(query).question?.name).toBe(`${name}.`);
  });

  it.each<readonly [string, RecordData, RecordData]>([
    ['SRV', { kind: 'service', priority: 0, weight: 100, port: 53, target: 'srv1.my.cluster.local.' },
      { kind: 'service', priority: 0, weight: 100, port: 53, target: 'srv1.my.domain.uk.' }],
    ['MX', { kind: 'mail', preference: 1, exchange: 'mx1.my.cluster.local.' },
      { kind: 'mail', preference: 1, exchange: 'mx1.my.domain.uk.' }],
    ...['CNAME', 'DNAME', 'NS', 'PTR'].map((type) => [
      type,
      { kind: 'name', name: 'x.my.cluster.local.' },
      { kind: 'name', name: 'x.my.domain.uk.' },
    ] as const),
    ['NAPTR',
      { kind: 'opaque', octets: Uint8Array.from([0, 1, 0, 2, 1, 83, 0, 0, 2, 109, 121, 7, ...Buffer.from('cluster'), 5, ...Buffer.from('local'), 0]) },
      { kind: 'opaque', octets: Uint8Array.from([0, 1, 0, 2, 1, 83, 0, 0, 2, 109, 121, 6, ...Buffer.from('domain'), 2, ...Buffer.from('uk'), 0]) }],
    ['HINFO', { kind: 'opaque', octets: Uint8Array.of(1, 65, 1, 66) }, { kind: 'opaque', octets: Uint8Array.of(1, 65, 1, 66) }],
  ])('names in %s records, in all sections', (type, data, expected) => {
    for (const rule of [
      String.raw`name regex (.*)\.domain\.uk {1}.cluster.local answer name (.*)\.cluster\.local {1}.domain.uk value (.*)\.cluster\.local {1}.domain.uk`,
      'name suffix .domain.uk .cluster.local answer auto',
      'name my.domain.uk my.cluster.local',
    ]) {
      const world = worldOf(`rewrite ${rule}`);
      const query = world.ask({ name: 'my.domain.uk', type });
      world.respond({
        answers: [record('my.cluster.local', type, data)],
        authorities: [soa('my.cluster.local', 60, 60)],
        additionals: [a('srv1.my.cluster.local', '192.0.2.1', 60)],
      });
      expect(world.answer(query)).toMatchObject({
        question: { name: 'my.domain.uk.', type },
        answers: [{ name: 'my.domain.uk.', data: expected }],
        authorities: [{ name: 'my.domain.uk.', data: { mname: 'ns.my.domain.uk.', rname: 'hostmaster.my.cluster.local.' } }],
        additionals: [{ name: 'srv1.my.domain.uk.' }],
      });
    }
  });

  it('only as far as a label begins', () => {
    const world = worldOf('rewrite name example.com example.org');
    const query = world.ask({ name: 'example.com' });
    world.respond({ answers: ['notexample.org', 'a.b.example.org', 'example.net', 'org'].map((name) => a(name, '192.0.2.1', 1)) });
    const owners = world.answer(query).answers.map(({ name }) => name);
    expect(owners).toEqual(['notexample.org.', 'a.b.example.com.', 'example.net.', 'org.']);
  });

  it('the last rule first', () => {
    const world = worldOf('rewrite continue name a.test b.test', 'rewrite name b.test c.test');
    const query = world.ask({ name: 'a.test' });
    expect(asked(world)).toBe('c.test. A IN');
    world.respond({ answers: [a('c.test', '192.0.2.1', 60)] });
    expect(world.answer(query).answers).toMatchObject([{ name: 'a.test.' }]);
  });

  it('a failure, where a name becomes none', () => {
    const world = worldOf('rewrite name regex (.*)\\.a {1}.b answer name (.*)\\.b\\. {1}..a');
    const query = world.ask({ name: 'x.a' });
    world.respond({ answers: [a('x.b', '192.0.2.1', 60)] });
    expect(world.answer(query)).toMatchObject({ rcode: 'SERVFAIL', answers: [], question: { name: 'x.a.' } });
    expect(world.lines.join()).toContain('invalid name after rewrite: x..a.');
  });

  it('as it is where no rule was for it', () => {
    const world = worldOf('rewrite name a.test b.test');
    const query = world.ask({ name: 'c.test' });
    world.respond({ answers: [a('b.test', '192.0.2.1', 60)] });
    expect(world.answer(query).answers).toMatchObject([{ name: 'b.test.' }]);
  });

  it('whole, where the answer is cut', () => {
    const world = worldOf('rewrite name a.test b.test');
    const query = world.ask({ name: 'a.test' }, 'tcp');
    world.respond({ truncated: true });
    expect(world.answer(query).truncated).toBe(true);
  });
});

describe('rules about answers', () => {
  it.each([
    ['ttl www.example.org 15', 60, 15],
    ['ttl exact www.example.org 15', 60, 15],
    ['ttl prefix ww 15', 60, 60],
    ['ttl prefix www. 15', 60, 15],
    ['ttl suffix example.org 15', 60, 15],
    ['ttl substring exampl 15', 60, 60],
    ['ttl substring example.org 15', 60, 15],
    ['ttl regex (.*)\\.org 15', 60, 15],
    ['ttl other.example.org 15', 60, 60],
    ['ttl www.example.org 0', 60, 0],
    ['ttl www.example.org 10-30', 60, 30],
    ['ttl www.example.org 70-90', 60, 70],
    ['ttl www.example.org 10-90', 60, 60],
    ['ttl www.example.org 70-', 60, 70],
    ['ttl www.example.org -30', 60, 30],
  ])('%s: a TTL of %i becomes %i', (rule, before, after) => {
    const world = worldOf(`rewrite ${rule}`);
    const query = world.ask({ name: 'www.example.org' });
    world.respond({ answers: [a('www.example.org', '192.0.2.1', before)], additionals: [a('b.test', '192.0.2.2', before)] });
    const { answers, additionals } = world.answer(query);
    expect([...answers, ...additionals].map(({ ttlSeconds }) => ttlSeconds)).toEqual([after, after]);
  });

  it.each([
    ['rcode www.example.org SERVFAIL NOERROR', 'SERVFAIL', 'NOERROR'],
    ['rcode exact www.example.org 2 1', 'SERVFAIL', 'FORMERR'],
    ['rcode regex (.*)\\.org NXDOMAIN NOERROR', 'NXDOMAIN', 'NOERROR'],
    ['rcode www.example.org NXDOMAIN NOERROR', 'SERVFAIL', 'SERVFAIL'],
    ['rcode other.example.org SERVFAIL NOERROR', 'SERVFAIL', 'SERVFAIL'],
  ])('%s: %s becomes %s', (rule, before, after) => {
    const world = worldOf(`rewrite ${rule}`);
    const query = world.ask({ name: 'www.example.org' });
    world.respond({ rcode: before });
    expect(world.answer(query).rcode).toBe(after);
  });

  it('a rule about response codes is about failures of the server too', () => {
    const world = worldOf('rewrite rcode www.example.org SERVFAIL NXDOMAIN');
    const query = world.ask({ name: 'www.example.org' });
    world.pass(6000);
    expect(world.answer(query).rcode).toBe('NXDOMAIN');
  });

  /** CoreDNS’s cname_target_test.go. */
  it.each([
    ['exact def.example.com. xyz.example.com.', 'def.example.com', 'xyz.example.com.'],
    ['def.example.com xyz.example.com', 'def.example.com', 'xyz.example.com.'],
    ['prefix chat.openai.com bard.google.com', 'chat.openai.com.cdn.cloudflare.net', 'bard.google.com.cdn.cloudflare.net.'],
    ['suffix uvw. xyz.', 'www.hosting.uvw', 'www.hosting.xyz.'],
    ['substring efgh zzzz.www', 'abcd.efgh.pqrst', 'abcd.zzzz.www.pqrst.'],
    [String.raw`regex (.*)\.web\.(.*)\.site\. {1}.webapp.{2}.org.`, 'orders.web.eu.site', 'orders.webapp.eu.org.'],
  ])('cname %s: %s becomes %s, with its own answer', (rule, target, expected) => {
    const world = worldOf(`rewrite continue cname ${rule}`);
    const query = world.ask({ name: 'www.test', type: 'A' });
    world.respond({ answers: [alias('www.test', target, 5), a(target, '192.0.2.1', 5)] });
    expect(asked(world)).toBe(`${expected} A IN`);
    world.respond({ answers: [a(expected, '192.0.2.9', 3600)] });
    expect(world.answer(query).answers).toMatchObject([
      { name: 'www.test.', type: 'CNAME', ttlSeconds: 5, data: { name: expected } },
      { name: expected, ttlSeconds: 3600, data: { address: '192.0.2.9' } },
    ]);
  });

  it('a CNAME that no rule is for stays', () => {
    const world = worldOf('rewrite cname a.test b.test');
    const query = world.ask({ name: 'www.test' });
    world.respond({ answers: [alias('www.test', 'c.test', 5), a('c.test', '192.0.2.1', 5)] });
    expect(world.asks).toHaveLength(1);
    expect(world.answer(query).answers).toHaveLength(2);
  });

  it('CNAMEs that would be rewritten without end come to one', () => {
    const corefile = '. {\n rewrite cname prefix a aa\n hosts {\n 192.0.2.1 www\n fallthrough\n }\n forward . 192.0.2.53\n}';
    const world = new World({ corefile });
    const query = world.ask({ name: 'www.test' });
    for (let count = 0; count < 20 && world.rawAnswer(query) === undefined; count += 1) {
      world.respond({ answers: [alias(read(world.lastAsk.message).question?.name ?? '', 'a.test', 5)] });
    }
    expect(world.answer(query).answers.length).toBeGreaterThan(1);
    expect(world.asks.length).toBeLessThan(12);
  });
});

describe('EDNS options for the upstream', () => {
  const upstreamOptions = (rules: readonly string[], options: Parameters<typeof queryWithOptions>[2] = []) => {
    const world = worldOf(...rules.map((rule) => `rewrite ${rule}`));
    const query = world.send(queryWithOptions('www.example.org', 'MX', options));
    return { world, query, options: optionsOf(world.lastAsk.message) };
  };
  const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value));
  const local = (value: string) => ({ code: 0xffee, data: text(value) });
  const nsid = { code: 3, data: new Uint8Array() };

  it.each<readonly [readonly string[], readonly ReturnType<typeof local>[], readonly ReturnType<typeof local>[]]>([
    [['edns0 local set 0xffee 0x61626364'], [], [local('abcd')]],
    [['edns0 local set 0xffee abcd'], [local('mine')], [local('abcd')]],
    [['edns0 local append 0xffee abcd'], [], [local('abcd')]],
    [['edns0 local append 0xffee abcd'], [local('mine')], []],
    [['edns0 local replace 0xffee abcd'], [local('mine')], [local('abcd')]],
    [['edns0 local replace 0xffee abcd'], [], []],
    [['edns0 local unset 0xffee'], [local('mine')], []],
    [['continue edns0 local set 0xffee a', 'edns0 local set 0xffee b'], [], [local('b')]],
    [['continue edns0 local set 0xffee a', 'edns0 local unset 0xffee'], [], []],
    [['continue edns0 local unset 0xffee', 'edns0 local replace 0xffee b'], [local('mine')], []],
    [['continue edns0 local set 0xffee a', 'edns0 nsid set'], [], [local('a'), nsid]],
    [['edns0 local set 0xffee a', 'edns0 nsid set'], [], [local('a')]],
    [['edns0 local replace 0xffee a', 'edns0 nsid set'], [], [nsid]],
    [['edns0 nsid set'], [], [nsid]],
    [['edns0 nsid replace'], [{ code: 3, data: text('x') }], [nsid]],
    [['edns0 nsid replace'], [], []],
    [['edns0 local set 0xffee {some/label}'], [], []],
    // What a client sends goes no further by itself.
    [['type A AAAA'], [local('mine')], []],
  ])('%j, the client with %j', (rules, sent, expected) => {
    expect(upstreamOptions(rules, sent).options).toEqual(expected);
  });

  it.each<readonly [string, Uint8Array]>([
    ['{qname}', text('www.example.org.')],
    ['{qtype}', Uint8Array.of(0, 15)],
    ['{client_ip}', Uint8Array.of(10, 244, 1, 5)],
    ['{client_port}', Uint8Array.of(40000 >> 8, 40000 & 255)],
    ['{protocol}', text('udp')],
    ['{server_ip}', Uint8Array.of(10, 96, 0, 10)],
    ['{server_port}', Uint8Array.of(0, 53)],
  ])('%s', (variable, data) => {
    expect(upstreamOptions([`edns0 local set 0xffee ${variable}`]).options).toEqual([{ code: 0xffee, data }]);
  });

  it.each<readonly [string, string, readonly number[]]>([
    ['24 56', '10.244.1.5', [0, 1, 24, 0, 10, 244, 1]],
    ['20 56', '10.244.255.5', [0, 1, 20, 0, 10, 244, 240]],
    ['0 0', '10.244.1.5', [0, 1, 0, 0]],
    ['32 128', '10.244.1.5', [0, 1, 32, 0, 10, 244, 1, 5]],
    ['24 56', '2001:db8:1:1ff::1', [0, 2, 56, 0, 0x20, 1, 0xd, 0xb8, 0, 1, 1]],
    ['24 56', '::ffff:10.244.1.5', [0, 1, 24, 0, 10, 244, 1]],
  ])('subnet set %s for %s', (bits, address, data) => {
    const world = worldOf(`rewrite edns0 subnet set ${bits}`);
    world.send(queryWithOptions('a.test', 'A', []), { from: { address, port: 1 } });
    expect(optionsOf(world.lastAsk.message)).toEqual([{ code: 8, data: Uint8Array.from(data) }]);
  });

  it('are told to no client', () => {
    const { world, query } = upstreamOptions(['edns0 local set 0xffee abcd']);
    world.respond({ answers: [a('www.example.org', '192.0.2.1', 60)] });
    expect(optionsOf(world.rawAnswer(query))).toEqual([]);
  });
});

describe('with a cache', () => {
  it('the answer is kept under the new name, and every asker gets it under his own', () => {
    const world = new World({ corefile: '. {\n rewrite name a.test b.test\n cache\n forward . 192.0.2.53\n}' });
    world.ask({ name: 'a.test' });
    world.respond({ answers: [a('b.test', '192.0.2.1', 60)] });
    world.now += 10_000;
    const again = world.ask({ name: 'a.test' });
    const direct = world.ask({ name: 'b.test' });
    expect(world.asks).toHaveLength(1);
    expect(world.answer(again).answers).toMatchObject([{ name: 'a.test.', ttlSeconds: 50 }]);
    expect(world.answer(direct).answers).toMatchObject([{ name: 'b.test.', ttlSeconds: 50 }]);
  });

  it('the answer lets nobody past acl who asks for another name', () => {
    const corefile = '. {\n acl secret.test {\n block\n }\n rewrite name open.test secret.test\n whoami\n}';
    const world = new World({ corefile });
    expect(world.answer(world.ask({ name: 'open.test' })).rcode).toBe('REFUSED');
  });
});
