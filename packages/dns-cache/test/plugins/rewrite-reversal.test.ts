import type { RecordData } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { a, soa } from '../support/world.ts';
import { asked, worldOf } from './rewriting.ts';

const record = (name: string, type: string, data: RecordData) => ({ name, type, ttlSeconds: 60, data });

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
