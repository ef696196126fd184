import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import { optionsOf } from '../support/octets.ts';
import { World } from '../support/world.ts';

interface Asking {
  readonly name?: string;
  readonly type?: string;
  readonly from: string;
  readonly edns?: { readonly udpPayloadSize: number };
}

/** Asks a server with these `acl` lines before `whoami`. */
const ask = (acl: string, keys: string, { name = 'www.example.org', type = 'A', from, edns }: Asking) => {
  const world = new World({ corefile: `${keys} {\n${acl}\n errors\n whoami\n}` });
  const message = encodeQuery({ id: 1, name, type, ...(edns === undefined ? {} : { edns }) });
  const query = world.send(message, { from: { address: from, port: 40000 } });
  return { world, query };
};

const rcode = (acl: string, keys: string, asking: Asking): string => {
  const { world, query } = ask(acl, keys, asking);
  return world.rawAnswer(query) === undefined ? 'nothing' : world.answer(query).rcode;
};

describe('who may ask what (the cases of CoreDNS’s acl_test.go)', () => {
  const net64 = '2001:db8:abcd:0012::0/64';
  it.each([
    ['acl example.org {\n block type A net 192.168.0.0/16\n}', { from: '192.168.0.2' }, 'REFUSED'],
    ['acl example.org {\n block type A net 192.168.0.0/16\n}', { from: '192.167.0.2' }, 'NOERROR'],
    ['acl example.org {\n block type * net 192.168.0.0/16\n}', { from: '192.168.0.2', type: 'AAAA' }, 'REFUSED'],
    ['acl example.org {\n block type A\n}', { from: '10.1.0.2' }, 'REFUSED'],
    ['acl example.org {\n block type A\n}', { from: '10.1.0.2', type: 'AAAA' }, 'NOERROR'],
    ['acl example.org {\n block type A net 192.168.1.2\n}', { from: '192.168.1.2' }, 'REFUSED'],
    ['acl example.org {\n block type A net 192.168.1.2\n}', { from: '192.168.1.3' }, 'NOERROR'],
    ['acl example.org {\n allow net 192.168.0.0/16\n block\n}', { from: '192.168.0.2' }, 'NOERROR'],
    ['acl example.org {\n allow type * net 192.168.0.0/16\n block\n}', { from: '10.1.0.2' }, 'REFUSED'],
    ['acl a.example.org {\n block net 192.168.1.0/24\n}', { name: 'a.example.org', from: '192.168.1.2' }, 'REFUSED'],
    ['acl a.example.org {\n block net 192.168.1.0/24\n}', { from: '192.168.1.2' }, 'NOERROR'],
    [
      'acl a.example.org {\n block net 192.168.1.0/24\n}\nacl b.example.org {\n block net 192.168.2.0/24\n}',
      { name: 'b.example.org', from: '192.168.2.2' },
      'REFUSED',
    ],
    [
      'acl a.example.org {\n block net 192.168.1.0/24\n}\nacl b.example.org {\n block net 192.168.2.0/24\n}',
      { name: 'b.example.org', from: '192.168.1.2' },
      'NOERROR',
    ],
    // A rule that does not say leaves it to the next.
    ['acl {\n allow net 10.0.0.0/8\n}\nacl {\n block\n}', { from: '10.0.0.1' }, 'NOERROR'],
    ['acl {\n allow net 10.0.0.0/8\n}\nacl {\n block\n}', { from: '11.0.0.1' }, 'REFUSED'],
    ['acl {\n block net 10.0.0.0/8 192.168.3.0/24\n}', { from: '192.168.3.9' }, 'REFUSED'],
    ['acl {\n filter net 192.168.0.0/16\n}', { from: '192.168.0.2' }, 'NOERROR'],
    ['acl {\n drop type A net 192.168.0.0/16\n}', { from: '192.168.0.2' }, 'nothing'],
    ['acl {\n drop type A net 192.168.0.0/16\n}', { from: '192.168.0.2', type: 'MX' }, 'NOERROR'],
    [`acl example.org {\n block type A net ${net64}\n}`, { from: '2001:db8:abcd:12::1230' }, 'REFUSED'],
    [`acl example.org {\n block type A net ${net64}\n}`, { from: '2001:db8:abcd:13::' }, 'NOERROR'],
    ['acl example.org {\n block type A\n}', { from: '2001:db8:85a3::8a2e:370:7334' }, 'REFUSED'],
    ['acl {\n block net 2001:db8:85a3::8a2e:370:7334\n}', { from: '2001:db8:85a3::8a2e:370:7334' }, 'REFUSED'],
    ['acl {\n block net 2001:db8:85a3::8a2e:370:7334\n}', { from: '2001:db8:85a3::8a2e:370:7335' }, 'NOERROR'],
    ['acl {\n block net fe80::/10\n}', { from: 'fe80::1%eth0' }, 'REFUSED'],
    // An IPv4 client on a socket of both families.
    ['acl {\n block net 10.0.0.0/8\n}', { from: '::ffff:10.0.0.1' }, 'REFUSED'],
    ['acl {\n block net *\n}', { from: '2001:db8::1' }, 'REFUSED'],
    ['acl {\n BLOCK TYPE A NET 10.0.0.0/8\n}', { from: '10.0.0.1' }, 'REFUSED'],
  ])('%j for %j: %s', (acl, asking, expected) => {
    expect(rcode(acl, 'example.org', asking)).toBe(expected);
  });

  it('asks about the zones of the block where a rule names none', () => {
    const acl = 'acl {\n block\n}';
    expect(rcode(acl, 'example.org example.net', { name: 'a.example.net', from: '10.0.0.1' })).toBe('REFUSED');
  });
});

describe('what a client that is not let in is told', () => {
  const edns = { udpPayloadSize: 1232 };

  it.each([
    ['block', 15, 'REFUSED'],
    ['filter', 17, 'NOERROR'],
  ])('why, with EDNS: %s', (action, code, expected) => {
    const { world, query } = ask(`acl {\n ${action}\n}`, '.', { from: '10.0.0.1', edns });
    expect(world.answer(query)).toMatchObject({ rcode: expected, answers: [], additionals: [], authoritative: false });
    expect(optionsOf(world.rawAnswer(query))).toEqual([{ code: 15, data: Uint8Array.of(0, code) }]);
  });

  it('no OPT that it did not send', () => {
    const { world, query } = ask('acl {\n block\n}', '.', { from: '10.0.0.1' });
    expect(world.answer(query).edns).toBeUndefined();
  });

  it('is not an error', () => {
    expect(ask('acl {\n block\n}', '.', { from: '10.0.0.1' }).world.lines).toEqual([]);
  });
});

describe('what is counted', () => {
  it.each([
    ['allow', ['coredns_acl_allowed_requests_total dns://:53  1']],
    ['block', ['coredns_acl_blocked_requests_total dns://:53 example.org.  1']],
    ['filter', ['coredns_acl_filtered_requests_total dns://:53 example.org.  1']],
    ['drop', ['coredns_acl_dropped_requests_total dns://:53 example.org.  1']],
  ])('%s', (action, expected) => {
    const { world } = ask(`acl org example.org {\n ${action}\n}`, '.', { from: '10.0.0.1' });
    expect(world.metrics).toEqual(expected);
  });
});

describe('what an acl means', () => {
  it('in full', () => {
    const acl = 'acl {\n allow type A AAAA net 10.1.2.3/8 ::1\n block\n drop net 192.0.2.1 type MX\n}';
    expect(meaning(acl, { keys: 'example.org' })).toEqual([
      'acl for example.org.',
      '  allow type A AAAA net 10.0.0.0/8 ::1/128',
      '  block type * net *',
      '  drop type MX net 192.0.2.1/32',
    ]);
  });

  it.each([
    ['acl {\n block A net 192.168.0.0/16\n}', "3:8: unexpected token 'A'; expect 'type | net'"],
    ['acl {\n block type net 192.168.0.0/16\n}', "3:8: no token specified in 'type' section"],
    ['acl {\n block type A net\n}', "3:15: no token specified in 'net' section"],
    ['acl {\n block type ABC net 192.168.0.0/16\n}', "3:13: unexpected token 'ABC'; expect legal QTYPE"],
    ['acl {\n block type a\n}', "3:13: unexpected token 'a'; expect legal QTYPE"],
    ['acl {\n block type TYPE1\n}', "3:13: unexpected token 'TYPE1'; expect legal QTYPE"],
    ['acl {\n blck type A net 192.168.0.0/16\n}', "3:2: unexpected token 'blck' (expect allow, block, filter, drop)"],
    ['acl {\n block type A net 192.168.0/16\n}', "3:19: illegal CIDR notation '192.168.0/16'"],
    ['acl {\n block type A net 192.168.0.0/33\n}', "3:19: illegal CIDR notation '192.168.0.0/33'"],
    ['acl {\n block type A net 2001:db8::/129\n}', "3:19: illegal CIDR notation '2001:db8::/129'"],
    ['acl {\n block file networks.txt\n}', "3:8: unexpected token 'file'; expect 'type | net'"],
  ])('%j is refused', (acl, expected) => {
    expect(complaint(acl)).toContain(`Corefile:${expected}`);
  });
});
