import { describe, expect, it } from 'vitest';
import { conformanceText } from '../conformance/row.ts';
import { a, alias, read, soa, World } from '../support/world.ts';
import { asked, worldOf } from './rewriting.ts';

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
    // Field case cname-regex: the final dot is there already, in the last group or in the text.
    ['regex (.*) {1}', 'target.ok.lab', 'target.ok.lab.'],
    ['regex (.*) x.{1}', 'target.ok.lab', 'x.target.ok.lab.'],
    ['regex (.*)[.] {1}', 'target.ok.lab', 'target.ok.lab.'],
    ['regex (.*)[.] {1}.', 'target.ok.lab', 'target.ok.lab.'],
    ['regex (target).* {1}', 'target.ok.lab', 'target.'],
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

  /** docs/conformance.md, D13. */
  describe('a rewritten CNAME whose target fails', () => {
    const rule = 'rewrite cname a.test b.test';
    const aliasOf = (server: World): number => {
      const query = server.ask({ name: 'www.test' });
      server.respond({ answers: [alias('www.test', 'a.test', 5), a('a.test', '192.0.2.1', 5)], authorities: [soa('test', 5, 5)] });
      expect(asked(server)).toBe('b.test. A IN');
      return query;
    };

    it('is in the document', () => {
      expect(conformanceText()).toContain('| D13 | response code where `rewrite cname` leads to a name that fails or is denied |');
    });

    it.each(['NXDOMAIN', 'SERVFAIL', 'REFUSED'] as const)('says so: %s', (rcode) => {
      const server = worldOf(rule);
      const query = aliasOf(server);
      server.respond({ rcode, authorities: [soa('b.test', 60, 60)] });
      expect(server.answer(query)).toMatchObject({
        rcode,
        answers: [{ type: 'CNAME', data: { name: 'b.test.' } }],
        authorities: [{ name: 'b.test.', type: 'SOA' }],
      });
    });

    it('is truncated where the answer of the target is', () => {
      const server = new World({ corefile: `. {\n cache\n ${rule}\n forward . 192.0.2.53\n}` });
      const query = aliasOf(server);
      server.respond({ truncated: true, answers: [a('b.test', '192.0.2.9', 60)] });
      expect(server.answer(query)).toMatchObject({ truncated: true, answers: [{ type: 'CNAME' }, { type: 'A' }] });
    });

    it('says so where nobody answers, and lets a rule about response codes see it', () => {
      for (const [more, expected] of [['', 'SERVFAIL'], ['rewrite continue rcode www.test SERVFAIL NXDOMAIN', 'NXDOMAIN']] as const) {
        const server = worldOf(more, rule);
        const query = aliasOf(server);
        server.pass(6000);
        expect(server.answer(query)).toMatchObject({ rcode: expected, answers: [{ type: 'CNAME', data: { name: 'b.test.' } }] });
      }
    });
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
