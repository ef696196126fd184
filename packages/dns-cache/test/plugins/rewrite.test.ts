import { describe, expect, it } from 'vitest';
import { a, World } from '../support/world.ts';
import { asked, worldOf } from './rewriting.ts';

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
