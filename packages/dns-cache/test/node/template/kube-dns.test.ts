import { describe, expect, it } from 'vitest';
import type { KubeDns } from '../../../src/node/template/kube-dns.ts';
import { NO_KUBE_DNS, problemText } from '../../../src/node/template/kube-dns.ts';
import { readKubeDns } from '../../../src/node/template/read-kube-dns.ts';
import { directory } from '../../support/node-template.ts';

const LAST: KubeDns = {
  stubDomains: new Map([['acme.local', ['10.0.0.3']], ['old.local', ['10.0.0.4']]]),
  upstreamNameservers: ['10.0.0.2'],
};

/** What comes of a key after `LAST`, and what is said about it. */
const stubs = (content: string, last = LAST): readonly [Readonly<Record<string, readonly string[]>>, readonly string[]] => {
  const { value: kubeDns, problems } = readKubeDns(directory({ stubDomains: content }), last);
  return [Object.fromEntries(kubeDns.stubDomains), problems.map(problemText)];
};

const upstreams = (content: string): readonly [readonly string[], readonly string[]] => {
  const { value: kubeDns, problems } = readKubeDns(directory({ upstreamNameservers: content }), LAST);
  return [kubeDns.upstreamNameservers, problems.map(problemText)];
};

const BEFORE = Object.fromEntries(LAST.stubDomains);

describe('stubDomains', () => {
  it.each<readonly [string, Readonly<Record<string, readonly string[]>>]>([
    ['{"acme.local": ["10.0.0.3:10053", "fd00::3", "[fd00::3]:53"]}', { 'acme.local': ['10.0.0.3:10053', 'fd00::3', '[fd00::3]:53'] }],
    ['{"corp": ["10.0.0.3"], "10.in-addr.arpa": ["10.0.0.3"]}', { corp: ['10.0.0.3'], '10.in-addr.arpa': ['10.0.0.3'] }],
    ['{}', {}],
    ['null', {}],
  ])('%s', (content, expected) => {
    expect(stubs(content)).toEqual([expected, []]);
  });

  it.each<readonly [string, RegExp]>([
    ['{"acme.local": ["10.0.0.3"', /^ConfigMap kube-dns: stubDomains: not JSON: [^\n]+; it stays as it was$/],
    ['', /^ConfigMap kube-dns: stubDomains: it is empty; write null, or remove the key; it stays as it was$/],
    ['["acme.local"]', /^ConfigMap kube-dns: stubDomains: not domains with their servers; /],
    ['7', /not domains with their servers/],
  ])('stays as it was: %j', (content, said) => {
    expect(stubs(content)).toEqual([BEFORE, [expect.stringMatching(said)]]);
  });

  it.each<readonly [string, string]>([
    ['"10.0.0.3"', 'not a list of addresses; write ["10.0.0.3"]'],
    ['[7]', 'not a list of addresses; write ["10.0.0.3"]'],
    ['["dns.acme.local"]', "'dns.acme.local' is a host name, and is not looked up; write IP or IP:PORT"],
    ['["tls://10.0.0.3"]', "'tls://10.0.0.3' names a protocol; write IP or IP:PORT"],
    ['["10.0.0.3:99999"]', "'10.0.0.3:99999' is not an address; write IP, IP:PORT or [IPV6]:PORT, a port is 1 to 65535"],
    ['["10.0.0.3 {"]', "'10.0.0.3 {' is not an address; write IP, IP:PORT or [IPV6]:PORT, a port is 1 to 65535"],
    ['["[fd00::3]"]', "'[fd00::3]' is not an address; write IP, IP:PORT or [IPV6]:PORT, a port is 1 to 65535"],
    [`[${Array.from({ length: 16 }, () => '"10.0.0.3"').join()}]`, '16 servers; at most 15 are taken'],
  ])('of servers %s leaves the domain as it was, and takes the others', (servers, reason) => {
    const content = `{"acme.local": ${servers}, "new.local": ["10.0.0.5"], "other.local": ${servers}}`;
    expect(stubs(content)).toEqual([
      { 'acme.local': ['10.0.0.3'], 'new.local': ['10.0.0.5'] },
      ['acme.local', 'other.local'].map((domain) => `ConfigMap kube-dns: stubDomains: '${domain}': ${reason}`),
    ]);
  });

  it.each(['[]', 'null'])('leaves a domain out whose servers are %s', (servers) => {
    expect(stubs(`{"acme.local": ${servers}}`)).toEqual([{}, ["ConfigMap kube-dns: stubDomains: 'acme.local': it has no servers, and is left out"]]);
  });

  it.each(['_acme.local', 'Acme.local', 'acme.local.', '', '.', 'a b', '-a.local', `${'a'.repeat(64)}.local`, `${'a.'.repeat(127)}local`, '{', '#'])(
    'leaves out what is no domain: %j',
    (domain) => {
      expect(stubs(JSON.stringify({ [domain]: ['10.0.0.3'], 'new.local': ['10.0.0.5'] }))).toEqual([
        { 'new.local': ['10.0.0.5'] },
        [expect.stringContaining(`'${domain}': `)],
      ]);
    },
  );

  it('is no trap for names of JavaScript', () => {
    expect(stubs('{"__proto__": ["10.0.0.3"], "constructor": ["10.0.0.3"]}')[0]).toEqual({ constructor: ['10.0.0.3'] });
  });
});

describe('upstreamNameservers', () => {
  it.each<readonly [string, readonly string[]]>([
    ['["10.0.0.3:10053","fd00::3","[fd00::3]:53"]', ['10.0.0.3:10053', 'fd00::3', '[fd00::3]:53']],
    ['[]', []],
    ['null', []],
  ])('%s', (content, expected) => {
    expect(upstreams(content)).toEqual([expected, []]);
  });

  it.each<readonly [string, RegExp]>([
    ['["dns.example.org"]', /'dns.example.org' is a host name/],
    ['["10.0.0.1","10.0.0.2","10.0.0.3","10.0.0.4"]', /4 servers; at most 3 are taken/],
    ['"10.0.0.1"', /not a list of addresses/],
    ['{}', /not a list of addresses/],
    ['[""]', /'' is not an address/],
    ['["/etc/resolv.conf"]', /\/etc\/resolv.conf/],
    [' ', /it is empty/],
  ])('stays as it was: %s', (content, said) => {
    expect(upstreams(content)).toEqual([['10.0.0.2'], [expect.stringMatching(said)]]);
  });
});

describe('the directory', () => {
  it('may have other keys, which say nothing', () => {
    const files = { federations: 'foo', other: 'x', blob: { kind: 'unreadable', reason: 'not UTF-8' } as const };
    expect(readKubeDns(directory(files), LAST)).toEqual({ value: NO_KUBE_DNS, problems: [] });
  });

  it('takes one key where the other is wrong', () => {
    const { value: kubeDns, problems } = readKubeDns(directory({ stubDomains: '{', upstreamNameservers: '["10.0.0.9"]' }), LAST);
    expect(kubeDns).toEqual({ stubDomains: LAST.stubDomains, upstreamNameservers: ['10.0.0.9'] });
    expect(problems).toEqual([{ kind: 'key', key: 'stubDomains', reason: expect.any(String) }]);
  });

  it('whose key is not UTF-8 leaves it as it was', () => {
    const { value: kubeDns, problems } = readKubeDns(directory({ stubDomains: { kind: 'unreadable', reason: 'not UTF-8' } }), LAST);
    expect([kubeDns.stubDomains, problems.map(problemText)]).toEqual([LAST.stubDomains, ['ConfigMap kube-dns: stubDomains: not UTF-8; it stays as it was']]);
  });

  it('that is not there asks for nothing', () => {
    expect(readKubeDns({ kind: 'absent' }, LAST)).toEqual({ value: NO_KUBE_DNS, problems: [] });
  });

  it('that cannot be read leaves all as it was', () => {
    const { value: kubeDns, problems } = readKubeDns({ kind: 'unreadable', reason: '/etc/kube-dns: permission denied' }, LAST);
    expect([kubeDns, problems.map(problemText)]).toEqual([LAST, ['ConfigMap kube-dns: /etc/kube-dns: permission denied; it stays as it was']]);
  });
});
