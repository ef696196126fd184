import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import { World } from '../support/world.ts';

const asked = (directives: string, options: Parameters<World['ask']>[0], transport: 'udp' | 'tcp' = 'udp') => {
  const world = new World({ corefile: `. {\n${directives}\n}`, machine: { hostname: 'node-1' } });
  return world.answer(world.ask(options, transport));
};

describe('any', () => {
  it('says in one record why there are not all', () => {
    const reply = asked('any\nwhoami', { name: 'Example.org', type: 'ANY' });
    expect(reply).toMatchObject({ rcode: 'NOERROR', authoritative: false, additionals: [] });
    expect(reply.answers).toMatchObject([{ name: 'Example.org.', type: 'HINFO', class: 'IN', ttlSeconds: 8482 }]);
    const [record] = reply.answers;
    const octets = record?.data.kind === 'opaque' ? String.fromCharCode(...record.data.octets) : '';
    expect(octets).toBe('\rANY obsoleted\fSee RFC 8482');
  });

  it('leaves other types alone', () => {
    expect(asked('any\nwhoami', { name: 'example.org', type: 'A' }).answers).toEqual([]);
  });

  it('is described', () => expect(meaning('any')).toEqual(['any']));

  it('takes nothing more', () => {
    expect(complaint('any 0\nwhoami')).toContain("2:5: Wrong argument count or unexpected line ending after '0'");
    expect(complaint('any {\n x\n}\nwhoami')).toContain("3:2: 'any' has no block of options");
  });
});

describe('whoami', () => {
  it('tells a client its own address, port and transport', () => {
    expect(asked('whoami', { name: 'Example.org', type: 'A' })).toMatchObject({
      authoritative: true,
      answers: [],
      additionals: [
        { name: 'Example.org.', type: 'A', ttlSeconds: 0, data: { address: '10.244.1.5' } },
        { name: '_udp.Example.org.', type: 'SRV', data: { priority: 0, weight: 0, port: 40000, target: '.' } },
      ],
    });
  });

  it('over TCP, at the root, in another class', () => {
    expect(asked('chaos\nwhoami', { name: '.', type: 'MX', class: 'CH' }, 'tcp').additionals).toMatchObject([
      { name: '.', type: 'A', class: 'CH' },
      { name: '_tcp.', type: 'SRV', class: 'CH' },
    ]);
  });

  it('leaves out the port where no name is left for it', () => {
    const label = 'a'.repeat(63);
    const name = `${label}.${label}.${label}.${'b'.repeat(61)}.`;
    expect(asked('whoami', { name, type: 'A' }).additionals).toHaveLength(1);
  });

  it('takes no arguments', () => expect(complaint('whoami x')).toContain('2:8: Wrong argument count'));
});

describe('chaos', () => {
  it.each([
    ['chaos', 'version.bind', 'dns-cache'],
    ['chaos', 'VERSION.server', 'dns-cache'],
    ['chaos v2', 'version.bind', 'v2'],
    ['chaos', 'hostname.bind', 'node-1'],
    ['chaos', 'id.server', 'node-1'],
    ['chaos v2 Zoë', 'authors.bind', 'Zo\u00c3\u00ab'],
  ])('%s: %s is %s', (directive, name, text) => {
    expect(asked(`${directive}\nwhoami`, { name, type: 'TXT', class: 'CH' })).toMatchObject({
      authoritative: false,
      answers: [{ type: 'TXT', class: 'CH', ttlSeconds: 0, data: { strings: [text] } }],
      additionals: [],
    });
  });

  it('names each author once, in any order', () => {
    const { answers } = asked('chaos v a b a\nwhoami', { name: 'authors.bind', type: 'TXT', class: 'CH' });
    const authors = answers.map(({ data }) => (data.kind === 'text' ? (data.strings[0] ?? '') : ''));
    expect(authors.toSorted()).toEqual(['a', 'b']);
  });

  it.each([
    { name: 'version.bind', type: 'TXT', class: 'IN' },
    { name: 'version.bind', type: 'A', class: 'CH' },
    { name: 'other.bind', type: 'TXT', class: 'CH' },
  ])('passes on %j', (query) => {
    expect(asked('chaos\nwhoami', query).additionals).not.toEqual([]);
  });

  it('cuts what does not fit a string', () => {
    const { answers } = asked(`chaos ${'v'.repeat(300)}\nwhoami`, { name: 'version.bind', type: 'TXT', class: 'CH' });
    expect(answers).toMatchObject([{ data: { strings: ['v'.repeat(255)] } }]);
  });

  it('is described', () => {
    expect(meaning('chaos v b a', { hostname: 'n' })).toEqual(['chaos "v" on "n"', '  authors: "a" "b"']);
  });
});

describe('local (the cases of CoreDNS’s local_test.go)', () => {
  const soa = (name: string) => [{ name, type: 'SOA', ttlSeconds: 604_800, data: { mname: 'localhost.', serial: 1 } }];
  it.each([
    ['localhost', 'A', [{ name: 'localhost.', data: { address: '127.0.0.1' }, ttlSeconds: 604_800 }], [], 'NOERROR'],
    ['localHOst', 'A', [{ name: 'localHOst.', data: { address: '127.0.0.1' } }], [], 'NOERROR'],
    ['localhost', 'AAAA', [{ data: { address: '::1' } }], [], 'NOERROR'],
    ['localhost', 'NS', [{ type: 'NS', data: { name: 'localhost.' } }], [], 'NOERROR'],
    ['localhost', 'SOA', soa('localhost.'), [], 'NOERROR'],
    ['127.in-addr.arpa', 'A', [], soa('127.in-addr.arpa.'), 'NOERROR'],
    ['127.in-addr.arpa', 'SOA', soa('127.in-addr.arpa.'), [], 'NOERROR'],
    ['0.in-addr.arpa', 'NS', [{ type: 'NS' }], [], 'NOERROR'],
    ['localhost', 'MX', [], soa('localhost.'), 'NOERROR'],
    ['a.localhost', 'A', [{ name: 'a.localhost.', data: { address: '127.0.0.1' } }], [], 'NOERROR'],
    ['a.localhost', 'TXT', [], soa('a.localhost.'), 'NOERROR'],
    ['1.0.0.127.in-addr.arpa', 'PTR', [{ type: 'PTR', data: { name: 'localhost.' } }], [], 'NOERROR'],
    ['1.0.0.127.in-addr.arpa', 'MX', [], soa('127.in-addr.arpa.'), 'NOERROR'],
    ['2.0.0.127.in-addr.arpa', 'PTR', [], soa('127.in-addr.arpa.'), 'NXDOMAIN'],
    ['localhost.example.net', 'A', [{ name: 'localhost.example.net.', data: { address: '127.0.0.1' } }], [], 'NOERROR'],
    ['localhost.example.net', 'AAAA', [{ data: { address: '::1' } }], [], 'NOERROR'],
    ['localhost.example.net', 'SOA', [], soa('localhost.example.net.'), 'NOERROR'],
  ])('%s %s', (name, type, answers, authorities, rcode) => {
    const reply = asked('local\nwhoami', { name, type });
    expect(reply).toMatchObject({ rcode, answers, authorities, additionals: [], authoritative: false });
  });

  it.each([
    ['local', 'example.net'],
    ['local', 'localhosts.example.net'],
    ['local {\n localhost_prefix off\n}', 'localhost.example.net'],
  ])('%j passes on %s', (directive, name) => {
    expect(asked(`${directive}\nwhoami`, { name, type: 'A' }).additionals).not.toEqual([]);
  });

  it('counts and notes what a search domain has made of localhost', () => {
    const world = new World({ corefile: '. {\n local\n}' });
    world.ask({ name: 'localhost.example.net', type: 'A' });
    expect(world.metrics).toEqual(['coredns_local_localhost_requests_total 1']);
    expect(world.lines).toEqual([
      '[DEBUG] plugin/local: Intercepting localhost query for "localhost.example.net." A, from 10.244.1.5',
    ]);
  });

  it.each([
    ['local x', '2:7: Wrong argument count'],
    ['local {\n localhost_prefix maybe\n}', "3:19: neither on nor off: 'maybe'"],
    ['local {\n localhost_prefix\n}', '3:2: Wrong argument count'],
    ['local {\n prefix on\n}', "3:2: unknown option 'prefix' of 'local'"],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(expected);
  });
});
