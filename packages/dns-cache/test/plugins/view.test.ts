import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import { a, World } from '../support/world.ts';

interface Asking {
  readonly name?: string;
  readonly type?: string;
  readonly class?: string;
  readonly from?: string;
  readonly transport?: 'udp' | 'tcp';
  readonly edns?: { readonly udpPayloadSize: number; readonly dnssecOk?: boolean };
}

const ask = (world: World, { name = 'www.example.com', type = 'A', from = '10.244.1.5', transport = 'udp', ...rest }: Asking) => {
  const message = encodeQuery({ id: 4711, name, type, ...rest });
  return world.send(message, { transport, from: { address: from, port: 40000 } });
};

/** Is a query for which this is the expression of a view taken by the view? */
const takes = (expressions: readonly string[], asking: Asking = {}): boolean => {
  const lines = expressions.map((expression) => `expr ${expression}`).join('\n');
  const world = new World({ corefile: `. {\n view one {\n${lines}\n}\n chaos\n whoami\n}\n. {\n template ANY ANY {\n rcode NXDOMAIN\n}\n}` });
  return world.answer(ask(world, asking)).rcode === 'NOERROR';
};

const TRUTHS: readonly (readonly [string, boolean, Asking?])[] = [
  ["name() == 'www.example.com.'", true],
  ["name() == 'www.example.com.'", true, { name: 'WWW.example.COM' }],
  ["name() == 'other.example.com.'", false],
  // Anything but true is not.
  ['1', false],
  ["'true'", false],
  ['true', true],
  ["incidr('invalid', '1.2.3.0/24')", false],
  ["not incidr('invalid', '1.2.3.0/24')", false],
  ["incidr(client_ip(), '10.244.0.0/33') or true", false],
  ["incidr(client_ip(), '10.244.0.0/16')", true],
  ["incidr(client_ip(), '10.244.0.0/16')", false, { from: '192.0.2.1' }],
  ["incidr(client_ip(), '10.244.0.0/16')", true, { from: '::ffff:10.244.0.1' }],
  ["incidr(client_ip(), '2001:0DB8::/32')", true, { from: '2001:db8::7' }],
  ["incidr(client_ip(), '2001:db8::/32')", false],
  ["client_ip() == '10.244.1.5'", true],
  ["type() in ['A', 'AAAA']", true],
  ["type() in ['A', 'AAAA']", false, { type: 'MX' }],
  ["type() not in ['A', 'AAAA']", true, { type: 'TYPE1234' }],
  ["type() == 'TYPE1234'", true, { type: 'TYPE1234' }],
  ["class() == 'CH'", true, { class: 'CH' }],
  ["proto() == 'tcp'", true, { transport: 'tcp' }],
  ["port() == '40000'", true],
  ["server_ip() == '10.96.0.10' && server_port() == '53'", true],
  ['id() == 4711 and opcode() == 0', true],
  ['do()', true, { edns: { udpPayloadSize: 1232, dnssecOk: true } }],
  ['do()', false],
  ['bufsize() == 512', true],
  ['bufsize() == 1232', true, { edns: { udpPayloadSize: 1232 } }],
  ['bufsize() == 65535', true, { transport: 'tcp' }],
  ['size() == 33', true],
  ["metadata('view/name') == ''", true],
  ["name() startsWith 'www.' and name() endsWith '.com.' and name() contains 'ample'", true],
  ["name() not startsWith 'www.' or name() not endsWith '.com.' or name() not contains 'ample'", false],
  [String.raw`name() matches '^www\\.'`, true],
  [String.raw`name() not matches '(org)\\.$'`, true],
  ["!(type() == 'A')", false],
  ['not do() || do()', true],
  ['false and true or true', true],
  ['false && (true || true)', false],
  ['1 + 2 * 3 == 7 and (1 + 2) * 3 == 9 and -7 % 4 == -3 and 1 / 2 == 0.5', true],
  ['1 % 0 == 0', false],
  ["'a' + 'b' == 'ab' and 'a' < 'b' and 2 >= 2 and 1 != 2 and not (3 < 3) and 3 <= 3 and 2 > 1", true],
  ["(do() ? 'x' : 'y') == 'y'", true],
  ["int(port()) > 1024 and string(id()) == '4711' and len(proto()) == 3 and len([1, 2]) == 2", true],
  ["int('x') == 0", false],
  ["upper(proto()) == 'UDP' and lower('AB') == 'ab'", true],
  ["1 in ['1', 1]", true],
  ["'1' in [1]", false],
];

describe('what is true (CoreDNS’s view_test.go, and expr-lang’s definition)', () => {
  it.each(TRUTHS.map(([expression, expected, asking = {}]) => [expression, expected, asking] as const))('%s: %s %j', (expression, expected, asking) => {
    expect(takes([expression], asking)).toBe(expected);
  });

  it('all expressions together, and without one everything', () => {
    expect(takes([])).toBe(true);
    expect(takes(["type() == 'A'", "proto() == 'udp'"])).toBe(true);
    expect(takes(["type() == 'A'", "proto() == 'tcp'"])).toBe(false);
  });
});

describe('which block answers (CoreDNS’s view README and test/view_test.go)', () => {
  const split = (address: string, view = ''): string => `${view}\n hosts {\n ${address} test\n }\n`;
  const byClient = (name: string, network: string): string => ` view ${name} {\n expr incidr(client_ip(), '${network}')\n }`;
  const COREFILE = [
    `. {\n${split('1.1.1.1', byClient('example1', '127.0.0.0/24'))}}`,
    `. {\n${split('2.2.2.2', byClient('example2', '192.168.0.0/16'))}}`,
    `. {\n${split('3.3.3.3')}}`,
  ].join('\n');

  it.each([
    ['127.0.0.1', '1.1.1.1', 'example1'],
    ['192.168.1.1', '2.2.2.2', 'example2'],
    ['10.0.0.1', '3.3.3.3', ''],
  ])('%s is told %s', (from, address, view) => {
    const world = new World({ corefile: COREFILE });
    expect(world.answer(ask(world, { name: 'test', from })).answers).toMatchObject([{ data: { address } }]);
    expect(world.effects).toContainEqual(expect.objectContaining({ kind: 'served', place: expect.objectContaining({ server: 'dns://:53', zone: '.', view }) as object }));
  });

  it('a shorter zone where no view of a longer one takes the query, and nobody where there is none', () => {
    const view = ' view tcp {\n expr proto() == \'tcp\'\n }\n';
    const corefile = `example.com {\n${view} template ANY ANY {\n rcode NXDOMAIN\n }\n}\ncom {\n whoami\n}`;
    const world = new World({ corefile });
    expect(world.answer(ask(world, { transport: 'tcp' })).rcode).toBe('NXDOMAIN');
    expect(world.answer(ask(world, {})).rcode).toBe('NOERROR');
    const alone = new World({ corefile: `. {\n${view} whoami\n}` });
    expect(alone.answer(ask(alone, {})).rcode).toBe('REFUSED');
  });

  it('a block with nothing but a view takes its queries, and has no answer', () => {
    const world = new World({ corefile: '. {\n errors\n view v {\n }\n}\n. {\n whoami\n}' });
    expect(world.answer(ask(world, {})).rcode).toBe('SERVFAIL');
    expect(world.lines.join()).toContain('plugin/view: no next plugin found');
  });

  it('each view has a cache of its own, which the shortcut does not pass by', () => {
    const block = (view: string, upstream: string): string => `. {\n${view}\n cache\n forward . ${upstream}\n}\n`;
    const world = new World({ corefile: block(byClient('v', '10.1.0.0/16'), '192.0.2.1') + block(byClient('v', '10.2.0.0/16'), '192.0.2.2') + block('', '192.0.2.3') });
    const address = (from: string): unknown => {
      const query = ask(world, { from });
      if (world.rawAnswer(query) === undefined) world.respond({ answers: [a('www.example.com', world.lastAsk.upstream.address, 60)] });
      return world.answer(query).answers[0]?.data;
    };
    for (let round = 0; round < 2; round += 1) {
      expect(address('10.1.0.1')).toEqual({ kind: 'address', address: '192.0.2.1' });
      expect(address('10.2.0.1')).toEqual({ kind: 'address', address: '192.0.2.2' });
      expect(address('10.3.0.1')).toEqual({ kind: 'address', address: '192.0.2.3' });
    }
    expect(world.asks).toHaveLength(3);
    expect(new Set(world.server.caches.keys()).size).toBe(3);
  });

  it('our own questions go where those of the client go', () => {
    const view = byClient('v', '10.1.0.0/16');
    const template = 'template IN A a.test {\n answer "a.test CNAME b.test"\n fallthrough\n }';
    const corefile = `. {\n${view}\n${template}\n hosts {\n 192.0.2.1 b.test\n }\n}\n. {\n${template}\n hosts {\n 192.0.2.2 b.test\n }\n}`;
    const world = new World({ corefile });
    expect(world.answer(ask(world, { name: 'a.test', from: '10.1.0.1' })).answers[1]?.data).toMatchObject({ address: '192.0.2.1' });
    expect(world.answer(ask(world, { name: 'a.test', from: '10.2.0.1' })).answers[1]?.data).toMatchObject({ address: '192.0.2.2' });
  });

  it('what is served, and the plugins, by view', () => {
    const { server } = new World({ corefile: COREFILE });
    expect(server.served).toEqual(['.:53']);
    expect(server.enabled.map(({ place, plugins }) => `${place.view} ${plugins.join()}`)).toEqual([
      'example1 hosts,view',
      'example2 hosts,view',
      ' hosts',
    ]);
  });
});

describe('what a view may be', () => {
  it.each([
    ['view', '2:1: Wrong argument count'],
    ['view a b', '2:8: Wrong argument count'],
    ['view a {\n}\nview b {\n}', "4:1: 'view' can only be used once per server block"],
    ['view a {\n when 1\n}', "3:2: unknown option 'when' of 'view' (known are expr)"],
    ['view a {\n expr\n}', '3:2: Wrong argument count'],
    ['view a {\n expr invalid expression\n}', '3:7: invalid expression: not one expression'],
    ['view a {\n expr name\n}', '3:7: invalid expression: unknown name name; functions have brackets'],
    ['view a {\n expr nope()\n}', '3:7: invalid expression: unknown function nope; known are bufsize, class'],
    ["view a {\n expr name() == 'a' and (\n}", '3:26: invalid expression: Unclosed ('],
    ["view a {\n expr name() == 'a\n}", '3:19: invalid expression: Unclosed quote after "a"'],
    ['view a {\n expr name() == 1\n}', '3:7: invalid expression: invalid operation: == (mismatched types string and number)'],
    ['view a {\n expr name() and true\n}', '3:7: invalid expression: invalid operation: and (mismatched types string and boolean)'],
    ['view a {\n expr not name()\n}', 'invalid operation: not (mismatched type string)'],
    ['view a {\n expr -name() == 1\n}', 'invalid operation: - (mismatched type string)'],
    ["view a {\n expr do() < true\n}", 'invalid operation: < (mismatched types boolean and boolean)'],
    ["view a {\n expr 1 + 'a' == 2\n}", 'invalid operation: + (mismatched types number and string)'],
    ["view a {\n expr 'a' in 'abc'\n}", 'invalid operation: in (mismatched types string and string)'],
    ["view a {\n expr 1 startsWith 'a'\n}", 'invalid operation: startsWith (mismatched types number and string)'],
    ["view a {\n expr name() matches type()\n}", 'what matches compares with is a regular expression in quotes'],
    ["view a {\n expr name() matches '('\n}", "3:7: not a regular expression: '('"],
    ["view a {\n expr name() matches '^www\\.'\n}", 'a backslash is written twice'],
    ["view a {\n expr incidr(client_ip())\n}", 'incidr takes 2 arguments, not 1'],
    ["view a {\n expr incidr(client_ip(), 24)\n}", 'argument 2 of incidr is string, not number'],
    ['view a {\n expr 1 ? true : false\n}', 'what stands before ? is number, not boolean'],
    ["view a {\n expr do() ? true : 'a'\n}", 'invalid operation: ?: (mismatched types boolean and string)'],
    ['view a {\n expr name().x\n}', 'nothing here has members'],
    ['view a {\n expr this\n}', 'unknown name this'],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(expected);
  });

  it.each(["view a {\n expr name() == 'example.com.'\n}", "view a {\n expr incidr(client_ip(), '10.0.0.0/24')\n}", 'view a {\n}'])(
    '%j is taken',
    (directive) => {
      expect(complaint(directive)).toBe('none');
    },
  );

  it('one block that takes all, wherever it stands', () => {
    const [all, some] = ['whoami\n', 'view a {\n}\n'];
    const blocks = (...bodies: readonly string[]): string => bodies.join('}\n. {\n');
    expect(complaint(blocks(all, some))).toBe('none');
    expect(complaint(blocks(all, some, all))).toContain('8:1: cannot serve dns://.:53 - it is already defined (see line 1)');
    expect(complaint('view a {\n}\n}\n. {\n view a {\n}\n}\n. {\n whoami\n')).toBe('none');
  });

  it('and what it means', () => {
    expect(meaning("whoami\nview internal {\n expr incidr(client_ip(),   '10.0.0.0/8')\n expr do()\n}")).toEqual([
      'whoami',
      'view internal',
      "  expr incidr(client_ip(), '10.0.0.0/8')",
      '  expr do()',
    ]);
  });
});
