import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import { optionsOf } from '../support/octets.ts';
import { a, alias, read, World } from '../support/world.ts';

/** What stands after it: an answer of `whoami` says that the query went on. */
/** With `chaos`, other classes than IN are taken. */
const worldOf = (directives: string, keys = '.'): World =>
  new World({ corefile: `${keys} {\n${directives}\n chaos\n errors\n whoami\n}` });

interface Asking {
  readonly type?: string;
  readonly class?: string;
}

const ask = (world: World, name: string, { type = 'A', class: klass = 'IN' }: Asking = {}) =>
  world.answer(world.ask({ name, type, class: klass }));

/** The response code, or that another plugin answers. */
const outcome = (world: World, name: string, asking: Asking = {}): string => {
  const { rcode, additionals } = ask(world, name, asking);
  return additionals.some(({ type }) => type === 'SRV') ? 'next' : rcode;
};

const IP = '(^|[.])ip-10-(?P<b>[0-9]*)-(?P<c>[0-9]*)-(?P<d>[0-9]*)[.]example[.]$';
const IP_ANSWER = 'answer "{{ .Name }} 60 IN A 10.{{ .Group.b }}.{{ .Group.c }}.{{ .Group.d }}"';

describe('CoreDNS’s TestHandler', () => {
  it('a failure that is asked for', () => {
    const world = worldOf('template ANY ANY {\n rcode SERVFAIL\n ederror 22\n fallthrough\n}');
    expect(ask(world, 'test.invalid')).toMatchObject({ rcode: 'SERVFAIL', authoritative: false });
    expect(world.lines).toEqual([]);
  });

  it('a name that is not matched goes on', () => {
    expect(outcome(worldOf(`template ANY ANY {\n match ${IP}\n ${IP_ANSWER}\n fallthrough\n}`), 'test.invalid')).toBe('next');
  });

  it.each([
    [
      'answer "{{ .Name }} 60 IN TXT \\"{{ index .Match 2 }}\\""',
      'template',
      'answer',
      'template: answer:1:26: executing "answer" at <index .Match 2>: error calling index: index out of range: 2',
      '{{.Name}} 60 IN TXT "{{index .Match 2}}"',
    ],
    ['answer "{{ .Name }}"', 'rr', 'answer', 'dns: not a TTL: "test.example."', '{{.Name}}'],
    ['additional "{{ .Name }}"', 'rr', 'additional', 'dns: not a TTL: "test.example."', '{{.Name}}'],
    ['authority "{{ .Name }}"', 'rr', 'authority', 'dns: not a TTL: "test.example."', '{{.Name}}'],
    ['answer "{{ .Group.none }} A 192.0.2.1"', 'rr', 'answer', 'dns: not a TTL: "value>"', '{{.Group.none}} A 192.0.2.1'],
    ['answer "{{ .Meta \\"a\\" }}"', 'rr', 'answer', 'dns: no record in the text', '{{.Meta "a"}}'],
  ])('%s gives no record', (line, what, section, error, label) => {
    const world = worldOf(`template ANY ANY {\n match [.]example[.]$\n ${line}\n fallthrough\n}`);
    expect(ask(world, 'test.example', { type: 'TXT' })).toMatchObject({ rcode: 'SERVFAIL', answers: [] });
    expect(world.lines).toEqual([`[ERROR] plugin/errors: 2 test.example. TXT: ${error}`]);
    expect(world.metrics).toEqual([
      'coredns_template_matches_total dns://:53 .  IN TXT 1',
      `coredns_template_${what}_failures_total dns://:53 .  IN TXT ${section} ${label} 1`,
    ]);
  });

  it('records in their sections', () => {
    const lines = [
      `match ${IP}`,
      IP_ANSWER,
      'additional "ns0.example. IN A 203.0.113.8"',
      'authority "example. IN NS ns0.example.com."',
      'fallthrough',
    ];
    expect(ask(worldOf(`template ANY ANY {\n${lines.join('\n')}\n}`), 'IP-10-95-12-8.example')).toMatchObject({
      authoritative: true,
      recursionAvailable: false,
      rcode: 'NOERROR',
      answers: [{ name: 'ip-10-95-12-8.example.', type: 'A', ttlSeconds: 60, data: { address: '10.95.12.8' } }],
      additionals: [{ name: 'ns0.example.', ttlSeconds: 3600, data: { address: '203.0.113.8' } }],
      authorities: [{ name: 'example.', type: 'NS', data: { name: 'ns0.example.com.' } }],
    });
  });

  it('an MX record with its address', () => {
    const lines = `match ${IP}\n answer "{{ .Name }} 60 MX 10 {{ .Name }}"\n ${IP_ANSWER.replace('answer', 'additional')}`;
    expect(ask(worldOf(`template ANY ANY {\n${lines}\n}`), 'ip-10-95-12-8.example', { type: 'MX' })).toMatchObject({
      answers: [{ type: 'MX', data: { preference: 10, exchange: 'ip-10-95-12-8.example.' } }],
      additionals: [{ type: 'A', data: { address: '10.95.12.8' } }],
    });
  });

  it('NXDOMAIN with a record that says so', () => {
    const line = 'answer "invalid. 60 {{ .Class }} SOA a.invalid. b.invalid. (1 60 60 60 60)"';
    const world = worldOf(`template ANY ANY {\n match [.]invalid[.]$\n rcode NXDOMAIN\n ${line}\n}`);
    expect(ask(world, 'test.invalid', { type: 'MX', class: 'CH' })).toMatchObject({
      rcode: 'NXDOMAIN',
      answers: [{ type: 'SOA', class: 'CH', data: { mname: 'a.invalid.', serial: 1, minimum: 60 } }],
    });
  });
});

describe('several templates (CoreDNS’s TestMultiSection)', () => {
  const DIRECTIVES = `
    template IN A test {
      rcode REFUSED
    }
    template IN TXT test {
      match "$^"
      rcode SERVFAIL
      fallthrough
    }
    template CH TXT coredns.invalid {
      answer "{{ .Name }} 60 CH TXT \\"test\\""
    }
    template IN A example {
      match ^ip-10-(?P<b>[0-9]*)-(?P<c>[0-9]*)-(?P<d>[0-9]*)[.]example[.]$
      ${IP_ANSWER}
      fallthrough
    }
    template IN MX example {
      match ^ip-10-(?P<b>[0-9]*)-(?P<c>[0-9]*)-(?P<d>[0-9]*)[.]example[.]$
      answer "{{ .Name }} 60 IN MX 10 {{ .Name }}"
    }
    template IN ANY . {
      match ^nowana[.](.*)$
      answer "{{ .Name }} 60 IN A 1.2.3.4"
      fallthrough
    }
    template IN ANY . {
      match ^(www[.])?cnamewitha[.](.*)$
      answer "{{ .Name }} 60 IN CNAME nowana.com."
      fallthrough
    }`;

  it.each<readonly [string, Asking, string]>([
    ['some.test', {}, 'REFUSED'],
    ['some.test', { type: 'TXT' }, 'next'],
    ['ip-10-11-12-13.example', {}, 'NOERROR'],
    ['ip-10-11-12-13.example', { type: 'MX' }, 'NOERROR'],
    ['something.example', {}, 'next'],
    ['something.example', { type: 'MX' }, 'SERVFAIL'],
    ['something.example', { type: 'AAAA' }, 'next'],
    ['coredns.invalid', { class: 'CH', type: 'TXT' }, 'NOERROR'],
  ])('%s %j: %s', (name, asking, expected) => {
    expect(outcome(worldOf(DIRECTIVES), name, asking)).toBe(expected);
  });

  it('an alias has what it leads to behind it, which may come from another template', () => {
    const world = worldOf(DIRECTIVES);
    expect(ask(world, 'cnamewitha.com')).toMatchObject({
      answers: [
        { name: 'cnamewitha.com.', type: 'CNAME', data: { name: 'nowana.com.' } },
        { name: 'nowana.com.', type: 'A', data: { address: '1.2.3.4' } },
      ],
    });
    expect(ask(world, 'www.cnamewitha.com', { type: 'MX' }).answers).toHaveLength(1);
  });
});

describe('aliases', () => {
  const CNAME = 'template IN A foogle.com {\n match "^foogle\\.com\\.$"\n answer "foogle.com 60 IN CNAME google.com"\n}';
  const forwarding = (): World => new World({ corefile: `. {\n${CNAME}\n forward . 192.0.2.53\n}` });

  it('are followed upstream', () => {
    const world = forwarding();
    const query = world.ask({ name: 'foogle.com' });
    expect(read(world.lastAsk.message).question).toMatchObject({ name: 'google.com.', type: 'A' });
    world.respond({ answers: [alias('google.com', 'b.com', 9), a('b.com', '192.0.2.1', 5)], truncated: true });
    expect(world.answer(query)).toMatchObject({
      question: { name: 'foogle.com.' },
      authoritative: true,
      truncated: true,
      answers: [{ type: 'CNAME', ttlSeconds: 60 }, { type: 'CNAME' }, { type: 'A', ttlSeconds: 5 }],
    });
  });

  it('stand alone where that fails', () => {
    const world = forwarding();
    const query = world.ask({ name: 'foogle.com' });
    world.pass(6000);
    expect(world.answer(query)).toMatchObject({ rcode: 'NOERROR', answers: [{ type: 'CNAME' }] });
  });

  it('that lead to themselves come to an end', () => {
    const world = worldOf('template IN ANY . {\n answer "{{ .Name }} 60 IN CNAME {{ .Name }}"\n}');
    expect(ask(world, 'a.test').answers.length).toBe(10);
  });
});

describe('what is told', () => {
  it('the zone, class, type, name and groups, by number too', () => {
    const line = '"{{ .Zone }} 0 {{ .Class }} TXT {{ .Type }} {{ .Name }} {{ index .Match 0 }} {{ index .Group `1` }} {{ .Group.x }} {{ .Remote }} {{ .Question.Qtype }} {{ .Message.Id }} \\"{{ .Regex }}\\""';
    const world = worldOf(`template ANY ANY a.test test {\n match ^(w+)[.](?P<x>[^.]*)\n answer ${line}\n}`);
    expect(ask(world, 'WWW.a.test', { type: 'ANY', class: 'ANY' }).answers).toMatchObject([
      { name: 'a.test.', class: 'ANY', data: { strings: ['ANY', 'www.a.test.', 'www.a', 'www', 'a', '10.244.1.5', '255', '4711', '^(w+)[.](?P<x>[^.]*)'] } },
    ]);
  });

  it('hexadecimal addresses, by parseInt', () => {
    const match = 'match "^ip0a(?P<b>[a-f0-9]{2})(?P<c>[a-f0-9]{2})(?P<d>[a-f0-9]{2})[.]example[.]$"';
    const line = 'answer "{{ .Name }} 60 IN A 10.{{ parseInt .Group.b 16 8 }}.{{ parseInt .Group.c 16 8 }}.{{ parseInt .Group.d 16 8 }}"';
    expect(ask(worldOf(`template IN A example {\n ${match}\n ${line}\n}`), 'ip0a5f0c09.example').answers).toMatchObject([
      { data: { address: '10.95.12.9' } },
    ]);
  });

  it('the second pattern where the first does not match', () => {
    const match = 'match "^ip-(?P<a>10)[.]dc[.]example[.]$"\n match "^(?P<a>[0-9]*)[.]ext[.]example[.]$" ^x';
    const world = worldOf(`template IN A example {\n ${match}\n answer "{{ .Name }} 60 IN A {{ .Group.a}}.0.0.1"\n fallthrough\n}`);
    expect(ask(world, '11.ext.example').answers).toMatchObject([{ data: { address: '11.0.0.1' } }]);
    expect(ask(world, 'ip-10.dc.example').answers).toMatchObject([{ data: { address: '10.0.0.1' } }]);
    expect(outcome(world, 'y.example')).toBe('next');
  });

  it('the reason, to clients with EDNS', () => {
    const world = worldOf('template ANY ANY invalid {\n rcode NXDOMAIN\n ederror 21 "Blocked according to RFC2606"\n}');
    const query = world.send(encodeQuery({ id: 1, name: 'a.invalid', type: 'A', edns: { udpPayloadSize: 1232 } }));
    const data = Uint8Array.from([0, 21, ...Buffer.from('Blocked according to RFC2606')]);
    expect(optionsOf(world.rawAnswer(query))).toEqual([{ code: 15, data }]);
    expect(world.answer(query)).toMatchObject({ rcode: 'NXDOMAIN', authoritative: true, answers: [] });
  });

  it('nothing of other zones, classes and types', () => {
    const world = worldOf('template IN A a.test {\n rcode NXDOMAIN\n}');
    expect(outcome(world, 'www.a.test')).toBe('NXDOMAIN');
    expect(outcome(world, 'www.a.test', { type: 'ANY' })).toBe('NXDOMAIN');
    expect(outcome(world, 'www.a.test', { class: 'ANY' })).toBe('NXDOMAIN');
    expect(outcome(world, 'www.a.test', { type: 'AAAA' })).toBe('next');
    expect(outcome(world, 'www.a.test', { class: 'CH' })).toBe('next');
    expect(outcome(world, 'www.b.test')).toBe('next');
  });

  it('SERVFAIL where a name is not matched and the zone does not fall through', () => {
    const world = worldOf('template IN A a.test {\n match ^x\n rcode NXDOMAIN\n fallthrough in.a.test\n}');
    expect(outcome(world, 'y.a.test')).toBe('SERVFAIL');
    expect(outcome(world, 'y.in.a.test')).toBe('next');
    expect(outcome(world, 'x.in.a.test')).toBe('NXDOMAIN');
    expect(world.lines).toEqual([]);
  });
});

describe('what a template may be (CoreDNS’s TestSetupParse)', () => {
  it.each([
    ['template', '2:1: Wrong argument count'],
    ['template X', '2:10: Wrong argument count'],
    ['template ANY', '2:10: Wrong argument count'],
    ['template ANY X', '2:14: invalid RR type X'],
    ['template X ANY', '2:10: invalid query class X'],
    ['template ANY ANY a.test {\n notavailable\n}', "3:2: unknown option 'notavailable' of 'template' (known are match, answer"],
    ['template ANY ANY {\n answer\n}', '3:2: Wrong argument count'],
    ['template ANY ANY {\n additional\n}', '3:2: Wrong argument count'],
    ['template ANY ANY {\n match\n}', '3:2: Wrong argument count'],
    ['template ANY ANY {\n match (?P<x>\n}', '3:8: not a regular expression'],
    ['template ANY ANY {\n rcode\n}', '3:2: Wrong argument count'],
    ['template ANY ANY {\n rcode UNDEFINED\n}', '3:8: unknown rcode UNDEFINED'],
    ['template ANY ANY {\n rcode nxdomain\n}', '3:8: unknown rcode nxdomain (write it in upper case'],
    ['template ANY ANY {\n answer "{{"\n}', '3:10: could not compile template: unclosed action'],
    ['template ANY ANY {\n additional "{{"\n}', '3:14: could not compile template: unclosed action'],
    ['template ANY ANY {\n authority "{{"\n}', '3:13: could not compile template: unclosed action'],
    ['template ANY ANY {\n answer "a {{ nope 1 }}"\n}', '3:15: could not compile template: function "nope" not defined (functions are eq'],
    ['template ANY ANY {\n answer "a\n b {{ $x }}"\n}', '4:7: could not compile template: undefined variable'],
    ['template ANY ANY {\n ederror\n}', '3:2: Wrong argument count'],
    ['template ANY ANY {\n ederror 1 a b\n}', '3:14: Wrong argument count'],
    ['template ANY ANY {\n ederror 65536\n}', "3:10: not an extended error code: '65536'"],
    ['template ANY ANY {\n ederror -1\n}', "3:10: not an extended error code: '-1'"],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });

  it.each([
    'template ANY ANY {\n}',
    'template ANY ANY {\n rcode NXDOMAIN\n}',
    'template ANY A example.com {\n match ip-(?P<a>[0-9]*)[.]example[.]com\n answer "{{ .Name }} A {{ .Group.a }}.{{ .Grup.d }}."\n fallthrough\n}',
    'template ANY AAAA example.com {\n authority "example.com 60 IN SOA ns.example.com hostmaster.example.com (1 60 60 60 60)"\n fallthrough\n}',
    'template IN ANY example.com {\n match "[.](example[.]com)$"\n authority "{{ index .Match 1 }} 60 IN NS ns.{{ index .Match 1 }}"\n fallthrough example.com\n}',
    'template IN A example {\n rcode NXDOMAIN\n}\ntemplate IN MX example. {\n rcode NXDOMAIN\n}',
    'template ANY ANY up.stream.local {\n answer "up.stream.local 5 IN CNAME up.river.local"\n upstream\n}',
    'template ANY ANY invalid {\n ederror 21 "Blocked"\n}',
    'template ANY ANY invalid {\n ederror 21\n}',
  ])('%j is taken', (directive) => {
    expect(complaint(directive)).toBe('none');
  });

  it('and what it means', () => {
    const directive = 'template IN ANY a.test " b.test  c.test" {\n match ^x ^y\n answer "{{ .Name }} A 192.0.2.1"\n rcode NXDOMAIN\n ederror 15 why\n fallthrough\n}\ntemplate ANY A {\n}';
    expect(meaning(directive, { keys: 'example.org' })).toEqual([
      'template IN ANY for a.test. b.test. c.test.',
      '  matches "^x" or "^y"',
      '  answer {{ .Name }} A 192.0.2.1',
      '  rcode NXDOMAIN',
      '  ederror 15 why',
      '  fallthrough .',
      'template ANY A for example.org.',
      '  matches any name',
      '  no fallthrough',
    ]);
  });
});
