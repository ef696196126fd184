import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import { a, alias, soa, World } from '../support/world.ts';

/* The cases of CoreDNS's plugin/pkg/replacer/replacer_test.go and plugin/log/{log,setup}_test.go. */

const COMMON =
  '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}';

const quoted = (format: string): string => `"${format.replaceAll('"', '\\"')}"`;

const logging = (format: string, plugins = 'whoami'): World =>
  new World({ corefile: `. {\n log . ${quoted(format)}\n ${plugins}\n}` });

/** What a format becomes for a query of HINFO with AD and CD, over UDP from 10.240.0.1. */
const line = (format: string, plugins?: string): string => {
  const world = logging(format, plugins);
  const query = encodeQuery({ id: 1053, name: 'Example.ORG.', type: 'HINFO', authenticated: true, checkingDisabled: true });
  world.send(query, { from: { address: '10.240.0.1', port: 40212 }, local: '127.0.0.1' });
  return world.lines.join('\n').replace(/^\[INFO\] /, '');
};

const LABELS: readonly (readonly [label: string, answered: string, unanswered: string])[] = [
  ['{type}', 'HINFO', 'HINFO'],
  ['{name}', 'example.org.', 'example.org.'],
  ['{class}', 'IN', 'IN'],
  ['{proto}', 'udp', 'udp'],
  ['{size}', '29', '29'],
  ['{remote}', '10.240.0.1', '10.240.0.1'],
  ['{port}', '40212', '40212'],
  ['{local}', '127.0.0.1', '127.0.0.1'],
  ['{>id}', '1053', '1053'],
  ['{>opcode}', '0', '0'],
  ['{>do}', 'false', 'false'],
  ['{>bufsize}', '512', '512'],
  ['{rcode}', 'NOERROR', '-'],
  ['{rsize}', '91', '0'],
  ['{duration}', '0s', '0s'],
  ['{>rflags}', 'qr,aa,rd,cd', '-'],
];

describe('placeholders', () => {
  it.each(LABELS)('%s of an answer is %s', (label, answered) => {
    expect(line(`[${label}]`)).toBe(`[${answered}]`);
  });

  it.each(LABELS)('%s without an answer', (label, _answered, unanswered) => {
    expect(line(`[${label}]`, 'acl {\n drop\n }')).toBe(`[${unanswered}]`);
  });

  it.each([
    ['A {}', 'A {}'],
    ['A {A}', 'A {A}'],
    ['{ Foo', '{ Foo'],
    ['} Foo {', '} Foo {'],
    ['{{proto}}', '{udp}'],
    ['{proto}}', 'udp}'],
    ['{{proto}', '{udp'],
    ['{ A {proto} A }', '{ A udp A }'],
    ['Foo } {proto}', 'Foo } udp'],
    ['A { {proto} {type} {/meta/one} } B', 'A { udp HINFO - } B'],
    ['{/one/two} {/one/three}', '- -'],
    ['{/one/two {', '{/one/two {'],
    ['{one/two} {/one/two}', '{one/two} -'],
    ['{test}', '{test}'],
    ['{when}', '{when}'],
    ['{Type} {TYPE} {>ID}', '{Type} {TYPE} {>ID}'],
    ['{proto}{proto}{type}', 'udpudpHINFO'],
    ['$& $1 {type} $`', '$& $1 HINFO $`'],
    ['{constructor} {__proto__}', '{constructor} {__proto__}'],
    ['{common}', '10.240.0.1:40212 - 1053 "HINFO IN example.org. udp 29 false 512" NOERROR qr,aa,rd,cd 91 0s'],
    ['{combined}', '10.240.0.1:40212 - 1053 "HINFO IN example.org. udp 29 false 512" NOERROR qr,aa,rd,cd 91 0s "0"'],
    ['x {combined} {/m}', 'x 10.240.0.1:40212 - 1053 "HINFO IN example.org. udp 29 false 512" NOERROR qr,aa,rd,cd 91 0s "0" -'],
  ])('%s becomes %s', (format, expected) => {
    expect(line(format)).toBe(expected);
  });

  it.each([
    ['2001:db8::5', '[2001:db8::5]'],
    ['192.0.2.5', '192.0.2.5'],
  ])('the addresses of %s', (address, expected) => {
    const world = logging('{remote} {local}');
    world.send(encodeQuery({ id: 1, name: 'a', type: 'A' }), { from: { address, port: 1 }, local: address });
    expect(world.lines).toEqual([`[INFO] ${expected} ${expected}`]);
  });

  it.each([
    ['udp', undefined, '512'],
    ['udp', 100, '512'],
    ['udp', 512, '512'],
    ['udp', 4096, '4096'],
    ['tcp', undefined, '65535'],
    ['tcp', 512, '65535'],
  ] as const)('the buffer size over %s with %s', (transport, udpPayloadSize, expected) => {
    const world = logging('{>bufsize}');
    world.ask({ name: 'a', ...(udpPayloadSize === undefined ? {} : { edns: { udpPayloadSize } }) }, transport);
    expect(world.lines).toEqual([`[INFO] ${expected}`]);
  });

  it('a name is no format', () => {
    const world = logging('{name}');
    world.ask({ name: 'foo.%s.{type}.$&.example.org' });
    expect(world.lines).toEqual(['[INFO] foo.%s.{type}.$&.example.org.']);
  });
});

describe('what `log` means (TestLogParse)', () => {
  const all = 'class success denial error';
  it.each<readonly [string, readonly string[]]>([
    ['log', [`log . ${JSON.stringify(COMMON)} ${all}`]],
    ['log example.org', [`log example.org. ${JSON.stringify(COMMON)} ${all}`]],
    ['log example.org. {common}', [`log example.org. ${JSON.stringify(COMMON)} ${all}`]],
    ['log example.org {combined}', [`log example.org. ${JSON.stringify(`${COMMON} "{>opcode}"`)} ${all}`]],
    ['log example.org.\nlog example.net {name}', [`log example.org. ${JSON.stringify(COMMON)} ${all}`, `log example.net. "{name}" ${all}`]],
    ['log a {name}\nlog a {type}', [`log a. "{name}" ${all}`, `log a. "{type}" ${all}`]],
    ['log a b', [`log a. ${JSON.stringify(COMMON)} ${all}`, `log b. ${JSON.stringify(COMMON)} ${all}`]],
    ['log a b {name}', [`log a. "{name}" ${all}`, `log b. "{name}" ${all}`]],
    ['log a b {name} {\n class denial\n}', ['log a. "{name}" class denial', 'log b. "{name}" class denial']],
    ['log a {\n class all\n}', [`log a. ${JSON.stringify(COMMON)} ${all}`]],
    ['log {\n class denial\n}', [`log . ${JSON.stringify(COMMON)} class denial`]],
    ['log {\n class denial error\n}', [`log . ${JSON.stringify(COMMON)} class denial error`]],
    ['log {\n class error\n class denial\n}', [`log . ${JSON.stringify(COMMON)} class denial error`]],
    ['log {\n class denial all\n}', [`log . ${JSON.stringify(COMMON)} ${all}`]],
    ['log { class denial\n}', [`log . ${JSON.stringify(COMMON)} class denial`]],
    ['log {\n}', [`log . ${JSON.stringify(COMMON)} ${all}`]],
    // A lone word is a name, whatever it looks like; only the last word may be a format.
    ['log {combined}', [`log {combined}. ${JSON.stringify(COMMON)} ${all}`]],
    ['log {name} a', [`log {name}. ${JSON.stringify(COMMON)} ${all}`, `log a. ${JSON.stringify(COMMON)} ${all}`]],
    ['log . "a {name} \\"b\\""', [`log . ${JSON.stringify('a {name} "b"')} ${all}`]],
    ['log 10.0.0.0/24', [`log 0.0.10.in-addr.arpa. ${JSON.stringify(COMMON)} ${all}`]],
  ])('%j', (directive, expected) => {
    expect(meaning(directive)).toEqual(expected);
  });

  it.each([
    ['log {\n class abracadabra\n}', "3:8: invalid class: 'abracadabra'"],
    ['log {\n class\n}', "3:2: Wrong argument count or unexpected line ending after 'class'"],
    ['log {\n class denial nothing\n}', "3:15: invalid class: 'nothing'"],
    ['log {\n unknown\n}', "3:2: unknown option 'unknown'"],
    ['log a..b', "2:5: not a domain name: 'a..b'"],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });
});

describe('what is logged of which class (TestLogged, plugin/pkg/response/classify.go)', () => {
  const name = 'www.example.org.';
  const zone = [soa('example.org.', 60, 60)];
  const ns = [{ name: 'example.org.', type: 'NS', ttlSeconds: 60, data: { kind: 'name', name: 'ns.example.org.' } }] as const;
  it.each([
    ['an answer', { answers: [a(name, '192.0.2.1', 60)] }, 'success'],
    ['a delegation', { authorities: ns }, 'success'],
    ['nothing', {}, 'success'],
    ['no data', { authorities: zone }, 'denial'],
    ['NXDOMAIN', { rcode: 'NXDOMAIN', authorities: zone }, 'denial'],
    ['NXDOMAIN without SOA', { rcode: 'NXDOMAIN' }, 'denial'],
    ['NXDOMAIN behind a CNAME', { rcode: 'NXDOMAIN', answers: [alias(name, 'x.example.org.', 60)], authorities: zone }, 'error'],
    ['a CNAME that leads nowhere', { answers: [alias(name, 'x.example.org.', 60)] }, 'success'],
    ['SERVFAIL', { rcode: 'SERVFAIL' }, 'error'],
    ['NOTIMP', { rcode: 'NOTIMP' }, 'error'],
    ['REFUSED', { rcode: 'REFUSED' }, 'error'],
    ['FORMERR', { rcode: 'FORMERR' }, 'error'],
  ])('%s: %s', (_what, response, expected) => {
    const classes = ['success', 'denial', 'error', 'all'].filter((one) => {
      const world = new World({ corefile: `. {\n log {\n class ${one}\n }\n forward . 192.0.2.53\n}` });
      world.ask({ name });
      world.respond(response);
      return world.lines.length === 1;
    });
    expect(classes).toEqual([expected, 'all']);
  });

  it.each<readonly [string, string, number]>([
    ['log example.org', 'example.org', 1],
    ['log example.org', 'a.b.EXAMPLE.org', 1],
    ['log example.org', 'example.net', 0],
    ['log example.org', 'anexample.org', 0],
    ['log example.org', 'org', 0],
    ['log example.org\nlog example.net', 'example.net', 1],
    ['log example.org example.net', 'example.net', 1],
    ['log\nlog', 'example.net', 1],
    ['log example.org {\n class denial\n}\nlog', 'example.org', 0],
  ])('%j: %s has %i lines', (directive, name, lines) => {
    const world = new World({ corefile: `. {\n${directive}\n whoami\n}` });
    world.ask({ name });
    expect(world.lines).toHaveLength(lines);
  });
});
