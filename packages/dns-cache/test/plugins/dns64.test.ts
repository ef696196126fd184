import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { readNetwork, octetsText } from '../../src/address.ts';
import { embedIpv4 } from '../../src/plugins/dns64/synthesis.ts';
import { complaint, meaning } from '../support/directive.ts';
import { a, alias, read, soa, World } from '../support/world.ts';

const name = 'example.com';

const aaaa = (address: string, ttlSeconds: number) =>
  ({ name, type: 'AAAA', ttlSeconds, data: { kind: 'address', address } }) as const;

interface Asking {
  readonly type?: string;
  readonly from?: string;
  readonly class?: string;
  readonly transport?: 'udp' | 'tcp';
}

const asking = (directive: string, { type = 'AAAA', from = '2001:db8::1', transport = 'udp', ...rest }: Asking = {}) => {
  const world = new World({ corefile: `. {\n ${directive}\n errors\n forward . 192.0.2.53\n}` });
  const message = encodeQuery({ id: 42, name, type, ...rest });
  return { world, query: world.send(message, { transport, from: { address: from, port: 40000 } }) };
};

const addressesOf = (world: World, query: number): readonly (readonly [string, number])[] =>
  world
    .answer(query)
    .answers.map(({ data, type, ttlSeconds }) => [data.kind === 'address' ? data.address : type, ttlSeconds]);

const typeOf = (world: World): string | undefined => read(world.lastAsk.message).question?.type;

const twoAddresses = { answers: [a(name, '192.0.2.42', 60), a(name, '192.0.2.43', 5000)] };

describe('the answer that is made (the cases of CoreDNS’s dns64_test.go)', () => {
  it('has the addresses behind the prefix, and lives no longer than the denial', () => {
    const { world, query } = asking('dns64');
    world.respond({ authorities: [soa(name, 70, 1)] });
    expect(typeOf(world)).toBe('A');
    world.respond({ ...twoAddresses, authenticated: true });
    expect(world.answer(query)).toMatchObject({
      id: 42,
      rcode: 'NOERROR',
      question: { name: 'example.com.', type: 'AAAA' },
      authenticated: false,
      authorities: [],
    });
    expect(addressesOf(world, query)).toEqual([['64:ff9b::c000:22a', 60], ['64:ff9b::c000:22b', 70]]);
    expect(world.metrics).toContain('coredns_dns64_requests_translated_total dns://:53 1');
  });

  it('lives for 600 seconds at most where nothing says how long there is no AAAA record', () => {
    const { world, query } = asking('dns64');
    world.respond({ rcode: 'REFUSED' });
    world.respond(twoAddresses);
    expect(world.answer(query).rcode).toBe('NOERROR');
    expect(addressesOf(world, query)).toEqual([['64:ff9b::c000:22a', 60], ['64:ff9b::c000:22b', 600]]);
  });

  it('is empty where there are no A records either', () => {
    const { world, query } = asking('dns64');
    world.respond({ authorities: [soa(name, 3600, 60)] });
    world.respond({ authorities: [soa(name, 3600, 60)] });
    expect(world.answer(query)).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }] });
  });

  it('is truncated where the other is', () => {
    const { world, query } = asking('dns64');
    world.respond({ authorities: [soa(name, 70, 1)] });
    world.respond({ ...twoAddresses, truncated: true });
    expect(world.answer(query).truncated).toBe(true);
  });

  it('has the aliases that lead to it, and additional records as they are', () => {
    const { world, query } = asking('dns64');
    world.respond({ authorities: [soa(name, 70, 1)] });
    world.respond({
      answers: [alias(name, 'b.org', 30), a('b.org', '192.0.2.1', 30)],
      additionals: [a('c.org', '192.0.2.2', 9)],
    });
    expect(world.answer(query)).toMatchObject({
      answers: [{ type: 'CNAME' }, { name: 'b.org.', type: 'AAAA' }],
      additionals: [{ name: 'c.org.', type: 'A', data: { address: '192.0.2.2' } }],
    });
  });

  it('is cut where the longer addresses do not fit one message', () => {
    const { world, query } = asking('dns64', { transport: 'tcp' });
    world.respond({ authorities: [soa(name, 70, 1)] });
    const many = Array.from({ length: 4000 }, (_, index) => a(name, `10.0.${index >> 8}.${index & 255}`, 60));
    world.respond({ answers: many });
    const { truncated, answers } = world.answer(query);
    expect([truncated, answers.length]).toEqual([true, 2339]);
  });

  it('is a failure where the other question fails', () => {
    const { world, query } = asking('dns64');
    world.respond({ authorities: [soa(name, 70, 1)] });
    world.respond({ rcode: 'SERVFAIL' });
    expect(world.answer(query)).toMatchObject({ rcode: 'SERVFAIL', answers: [] });
    const late = asking('dns64');
    late.world.respond({ authorities: [soa(name, 70, 1)] });
    late.world.pass(6000);
    expect(late.world.answer(late.query).rcode).toBe('SERVFAIL');
  });
});

describe('what is left as it is', () => {
  it.each([
    ['an answer', { rcode: 'NOERROR', answers: [aaaa('2001:db8::5', 60)] }],
    ['a name that does not exist', { rcode: 'NXDOMAIN', authorities: [soa(name, 60, 60)] }],
  ])('%s', (_what, response) => {
    const { world, query } = asking('dns64');
    world.respond(response);
    expect(world.asks).toHaveLength(1);
    expect(world.answer(query).rcode).toBe(response.rcode);
  });

  it.each([{ type: 'A' }, { from: '10.0.0.1' }, { from: '::ffff:10.0.0.1' }, { class: 'CH' }])('what %j asks', (by) => {
    const { world } = asking('dns64', by);
    world.respond({ authorities: [soa(name, 60, 60)] });
    expect(world.asks).toHaveLength(1);
  });

  it('but not with translate_all, nor for IPv4 with allow_ipv4', () => {
    const all = asking('dns64 {\n translate_all\n }');
    all.world.respond({ answers: [aaaa('2001:db8::5', 60)] });
    all.world.respond(twoAddresses);
    expect(addressesOf(all.world, all.query)).toHaveLength(2);
    const ipv4 = asking('dns64 {\n allow_ipv4\n }', { from: '10.0.0.1' });
    ipv4.world.respond({ authorities: [soa(name, 60, 60)] });
    expect(ipv4.world.asks).toHaveLength(2);
  });

  it('the second question goes through all plugins, so that its answer is cached', () => {
    const { world, query } = asking('dns64\n cache');
    world.respond({ authorities: [soa(name, 70, 70)] });
    world.respond(twoAddresses);
    expect(addressesOf(world, query)).toHaveLength(2);
    const again = world.send(encodeQuery({ id: 1, name, type: 'AAAA' }), { from: { address: '2001:db8::2', port: 1 } });
    expect(addressesOf(world, again)).toHaveLength(2);
    expect(world.asks).toHaveLength(2);
  });
});

describe('an IPv4 address behind a prefix (RFC 6052 §2.4, and CoreDNS’s dns64_test.go)', () => {
  it.each([
    ['64:ff9b::/96', '64.64.64.64', '64:ff9b::4040:4040'],
    ['64:ff9b::/64', '64.64.64.64', '64:ff9b::40:4040:4000:0'],
    ['64:ff9b::/56', '64.64.64.64', '64:ff9b:0:40:40:4040::'],
    ['64::/32', '64.64.64.64', '64:0:4040:4040::'],
    ['2001:db8::/32', '192.0.2.33', '2001:db8:c000:221::'],
    ['2001:db8:100::/40', '192.0.2.33', '2001:db8:1c0:2:21::'],
    ['2001:db8:122::/48', '192.0.2.33', '2001:db8:122:c000:2:2100::'],
    ['2001:db8:122:300::/56', '192.0.2.33', '2001:db8:122:3c0:0:221::'],
    ['2001:db8:122:344::/64', '192.0.2.33', '2001:db8:122:344:c0:2:2100:0'],
    ['2001:db8:122:344::/96', '192.0.2.33', '2001:db8:122:344::c000:221'],
  ])('%s %s', (prefix, ipv4, expected) => {
    const network = readNetwork(prefix);
    expect(octetsText(embedIpv4(network ?? { octets: [], bits: 0 }, ipv4.split('.').map(Number)))).toBe(expected);
  });
});

describe('what dns64 means', () => {
  it.each([
    ['dns64', '64:ff9b::/96'],
    ['dns64 64:dead::/96', '64:dead::/96'],
    ['dns64 {\n prefix 64:ff9b::/32\n}', '64:ff9b::/32'],
    ['dns64 {\n prefix 2002:ac12:b083::/96\n}', '2002:ac12:b083::/96'],
    ['dns64 {\n prefix 2002:c0a8:a88a::/48\n}', '2002:c0a8:a88a::/48'],
  ])('%j', (directive, prefix) => {
    expect(meaning(directive)).toEqual([
      `dns64 ${prefix}`,
      '  translates: answers without AAAA',
      '  for clients over IPv6',
    ]);
  });

  it.each([
    ['dns64 {\n prefix 64:ff9b::/52\n}', "3:9: invalid prefix length: '64:ff9b::/52'"],
    ['dns64 {\n prefix 64:ff9b::/104\n}', "3:9: invalid prefix length: '64:ff9b::/104'"],
    ['dns64 {\n prefix 64::/24\n}', "3:9: invalid prefix length: '64::/24'"],
    ['dns64 {\n prefix 8.8.8.8/24\n}', "3:9: not an IPv6 network: '8.8.8.8/24'"],
    ['dns64 {\n prefix\n}', '3:2: Wrong argument count'],
    ['dns64 foobar', "2:7: invalid CIDR address: 'foobar'"],
    ['dns64 foobar {\n prefix 64:ff9b::/96\n}', "2:7: invalid CIDR address: 'foobar'"],
    ['dns64 64::/96 65::/96', '2:15: Wrong argument count'],
    ['dns64 {\n foobar\n}', "3:2: unknown option 'foobar' of 'dns64'"],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });
});

describe('a question for addresses that nobody answers', () => {
  it('fails the question that it is asked for, of which nobody has said that it is to be dropped', () => {
    const { world, query } = asking('acl {\n drop type A\n }\n dns64');
    world.respond({ authorities: [soa(name, 70, 1)] });
    expect(world.answer(query).rcode).toBe('SERVFAIL');
    expect(world.lines).toEqual(['[ERROR] plugin/errors: 2 example.com. AAAA: dns64: upstream returned no response']);
  });
});
