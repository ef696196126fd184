import { CorefileError, createNameServer, parseCorefile } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { meaning } from '../support/directive.ts';

const serve = (text: string) =>
  createNameServer({
    corefile: parseCorefile(text, { file: 'Corefile' }),
    port: 53,
    random: () => 0,
    readFile: () => '',
  });

const zonesOf = (keys: string): readonly string[] =>
  parseCorefile(`${keys} {\n}`, { file: 'Corefile' }).blocks.flatMap(({ keys: found }) =>
    found.map(({ zone, port }) => `${zone.text}${port === undefined ? '' : ` ${port}`}`),
  );

const complaint = (text: string): string => {
  try {
    serve(text);
    return 'none';
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
};

/** `0.10.in-addr.arpa.` and its neighbours: so many, from the first on. */
const reverse = (first: number, count: number, rest: string, radix = 10): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${(first + index).toString(radix)}.${rest}`);

const DOC = '8.b.d.0.1.0.0.2.ip6.arpa.';
const DOC_112 = `${'0.'.repeat(20)}${DOC}`;

/** The cases of CoreDNS's normalize_test.go and register_test.go. */
describe('what the key of a server block serves', () => {
  it.each<readonly [string, readonly string[]]>([
    ['.', ['.']],
    ['.:53', ['. 53']],
    [':53', ['. 53']],
    ['example.org', ['example.org.']],
    ['example.org:53', ['example.org. 53']],
    ['example.org.:53', ['example.org. 53']],
    ['Example.ORG.', ['example.org.']],
    ['dns://example.org', ['example.org.']],
    ['dns://:1053', ['. 1053']],
    ['dns://.', ['.']],
    ['_udp.example.org', ['_udp.example.org.']],
    ['127.0.0.1', ['127.0.0.1.']],
    ['10.0.0.0/8:53', ['10.in-addr.arpa. 53']],
    ['10.0.0.0/8', ['10.in-addr.arpa.']],
    ['10.9.8.7/8', ['10.in-addr.arpa.']],
    ['10.0.0.0/24', ['0.0.10.in-addr.arpa.']],
    ['10.9.3.8/32', ['8.3.9.10.in-addr.arpa.']],
    ['0.0.0.0/0', ['in-addr.arpa.']],
    ['10.0.0.0/15', reverse(0, 2, '10.in-addr.arpa.')],
    ['10.9.3.0/18', reverse(0, 64, '9.10.in-addr.arpa.')],
    ['10.9.200.0/18', reverse(192, 64, '9.10.in-addr.arpa.')],
    ['10.0.0.0/31', reverse(0, 2, '0.0.10.in-addr.arpa.')],
    ['10.0.0.128/25', reverse(128, 128, '0.0.10.in-addr.arpa.')],
    ['128.0.0.0/1', reverse(128, 128, 'in-addr.arpa.')],
    ['2001:db8::/32', [DOC]],
    ['2001:DB8::/32', [DOC]],
    ['2001:db8::/29', reverse(8, 8, 'b.d.0.1.0.0.2.ip6.arpa.', 16)],
    ['2001:db8::/30', reverse(8, 4, 'b.d.0.1.0.0.2.ip6.arpa.', 16)],
    ['2001:db8::/108', [`${'0.'.repeat(19)}${DOC}`]],
    ['2001:db8::/112', [DOC_112]],
    ['2001:db8::/113', reverse(0, 8, DOC_112)],
    ['2001:db8::/114', reverse(0, 4, DOC_112)],
    ['2001:db8::/115', reverse(0, 2, DOC_112)],
    ['2001:db8::/32:5300', [`${DOC} 5300`]],
    ['2001:db8::1/128', [`1.${'0.'.repeat(23)}${DOC}`]],
    ['1::/0', ['ip6.arpa.']],
    // What is no network is a domain, strange as it may be.
    ['10.0.0.0/x', ['10.0.0.0/x.']],
    ['10.0.0.0/8/8', ['10.0.0.0/8/8.']],
    ['10.0.0/8', ['10.0.0/8.']],
    ['0/25.2.0.192.in-addr.arpa', ['0/25.2.0.192.in-addr.arpa.']],
    ['example.org:dns', ['example.org:dns.']],
    ['{}', ['{}.']],
    ['a\\.b.org', ['a\\.b.org.']],
    ['a\\046b.org', ['a\\.b.org.']],
    [`${'a'.repeat(63)}.org`, [`${'a'.repeat(63)}.org.`]],
  ])('%s', (key, expected) => {
    expect(zonesOf(key)).toEqual(expected);
  });

  it.each([
    ['example.org:', "not a port: ''"],
    ['.:', "not a port: ''"],
    // CoreDNS listens on any port there is, or fails when it starts.
    ['.:0', "not a port: '0'"],
    ['.:65536', "not a port: '65536'"],
    ['.:123456', "not a port: '123456'"],
    ['10.0.0.0/33', 'invalid CIDR address: 10.0.0.0/33'],
    ['2001:db8::/129', 'invalid CIDR address: 2001:db8::/129'],
    ['::/0', 'invalid CIDR address: ::/0'],
    ['0::/16', 'invalid CIDR address: 0::/16'],
    ['dns://', 'no zone'],
    ['a..b', "not a domain name: 'a..b'"],
    ['..', "not a domain name: '..'"],
    ['.example.org', "not a domain name: '.example.org'"],
    [`${'a'.repeat(64)}.org`, 'not a domain name'],
    [`${'abcdefg.'.repeat(32)}org`, 'not a domain name'],
    ['a\\', "not a domain name: 'a\\'"],
    ['a\\999', "not a domain name: 'a\\999'"],
    ['\u0236', "not a domain name: '\u0236'"],
    // To CoreDNS these are domains.
    ['http://example.org', "unknown scheme 'http://'"],
    ['quic://example.org', "'quic://' is not built yet"],
  ])('%s is refused', (key, expected) => {
    expect(() => zonesOf(key)).toThrow(CorefileError);
    expect(() => zonesOf(key)).toThrow(`Corefile:1:1: ${expected}`);
  });
});

/** CoreDNS's OriginsFromArgsOrServerBlock. */
describe('the zones of a directive', () => {
  it.each([
    ['cache', 'example.org', 'example.org.'],
    ['cache', 'example.org example.net', 'example.org. example.net.'],
    ['cache 5', '10.0.0.0/31', '0.0.0.10.in-addr.arpa. 1.0.0.10.in-addr.arpa.'],
    ['cache a.example', 'example.org', 'a.example.'],
    ['cache A.Example. b.example', 'example.org', 'a.example. b.example.'],
    ['cache 5 10.0.0.0/31', 'example.org', '0.0.0.10.in-addr.arpa. 1.0.0.10.in-addr.arpa.'],
    ['cache 10.0.0.0/31:5300', 'example.org', '0.0.0.10.in-addr.arpa. 1.0.0.10.in-addr.arpa.'],
    // Scheme and port, copied from the block's key, say nothing here.
    ['cache dns://a.example:5300', 'example.org', 'a.example.'],
    ['cache a.example:53', 'example.org', 'a.example.'],
    ['cache .:53', 'example.org', '.'],
    ['cache {}', 'example.org', '{}.'],
  ])('%s in the block %s', (directive, keys, expected) => {
    expect(meaning(directive, { keys })[0]).toBe(`cache for ${expected}`);
  });

  it.each([
    ['hosts /etc/hosts a.example:53 dns://b.example', 'hosts /etc/hosts for a.example. b.example.'],
    ['forward a.example:53 192.0.2.1', 'forward a.example. to 192.0.2.1:53'],
    ['forward 10.0.0.0/8 192.0.2.1', 'forward 10.in-addr.arpa. to 192.0.2.1:53'],
  ])('%s', (directive, expected) => {
    expect(meaning(directive)[0]).toContain(expected);
  });
});

const labelsOf = (text: string): readonly string[] =>
  serve(text).listeners.map(({ address, port }) => `${address}:${port}`);

/** The cases of CoreDNS's address_test.go and register_test.go. */
describe('who listens where', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['one block', '. {\n}', [':53']],
    ['two ports', '.:53 {\n}\n.:54 {\n}', [':53', ':54']],
    ['two zones of a port', '.:53 {\n}\ncom:53 {\n}', [':53']],
    ['an address and another port', '.:53 {\n bind 127.0.0.1\n}\n.:54 {\n}', ['127.0.0.1:53', ':54']],
    ['two addresses', '.:53 {\n bind 127.0.0.1 ::1\n}\n.:54 {\n}', ['127.0.0.1:53', '::1:53', ':54']],
    ['two zones of addresses', '.:53 {\n bind 127.0.0.1 ::1\n}\ncom {\n bind 127.0.0.1 ::1\n}', ['127.0.0.1:53', '::1:53']],
    ['all addresses and one, for other zones', '. {\n}\ncom {\n bind 127.0.0.1\n}', [':53', '127.0.0.1:53']],
    ['all of IPv4 and one of them', '. {\n bind 0.0.0.0\n}\n. {\n bind 127.0.0.1\n}', ['0.0.0.0:53', '127.0.0.1:53']],
    ['a zone for each address', '. {\n bind 127.0.0.1\n}\n. {\n bind ::1\n}', ['127.0.0.1:53', '::1:53']],
    ['three addresses', '. {\n bind 127.0.0.1 127.0.0.2\n}\n. {\n bind 127.0.0.3\n}', ['127.0.0.1:53', '127.0.0.2:53', '127.0.0.3:53']],
  ])('%s', (_what, text, expected) => {
    expect(labelsOf(text)).toEqual(expected);
  });

  it.each([
    ['a zone twice', '. {\n}\n.:53 {\n}', 'Corefile:3:1: cannot serve dns://.:53 - it is already defined'],
    ['a zone twice in a block', 'a A. {\n}', 'Corefile:1:3: cannot serve dns://a.:53 - it is already defined'],
    ['a network and its zone', '10.0.0.0/8 {\n}\n10.in-addr.arpa {\n}', 'Corefile:3:1: cannot serve dns://10.in-addr.arpa.:53'],
    ['networks that overlap', '10.0.0.0/15 {\n}\n10.1.0.0/16 {\n}', 'Corefile:3:1: cannot serve dns://1.10.in-addr.arpa.:53'],
    ['a zone twice at an address', '. {\n bind 127.0.0.1\n}\n. {\n bind 127.0.0.1\n}', 'cannot serve dns://.:53 - it is already defined'],
    ['all addresses, then one', '. {\n}\n. {\n bind 127.0.0.1\n}', 'Corefile:3:1: cannot serve dns://.:53 on 127.0.0.1'],
    ['one address, then all', '. {\n bind 127.0.0.1\n}\n. {\n}', 'Corefile:1:1: cannot serve dns://.:53 on 127.0.0.1'],
  ])('not %s', (_what, text, expected) => {
    expect(complaint(text)).toContain(expected);
  });
});
