import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import type { WorldOptions } from '../support/world.ts';
import { World } from '../support/world.ts';

/** CoreDNS plugin/hosts/hosts_test.go, hostsExample, as facts. */
const FILE = [
  '127.0.0.1 localhost localhost.domain',
  '::1 localhost localhost.domain',
  '10.0.0.1 example.org # a comment',
  '::FFFF:10.0.0.2 example.com',
  'fe80::1%eth0 link.example.org',
  '10.0.0.3 fallthrough-example.org\r',
  '1.2.3.4 aa.example.com',
  '5.6.7.8 *.apps.example.com',
  'reload 5s',
  '10.0.0.300 not.an.address',
  '10.0.0.9',
  '#10.0.0.8 commented.example.org',
  '10.0.0.4 twice.example.org',
  '10.0.0.5 TWICE.example.org.',
].join('\n');

const hosting = (directive = 'hosts /hosts', options: Partial<WorldOptions> = {}): World => {
  const corefile = `. {\n errors\n ${directive}\n whoami\n}`;
  const world = new World({ corefile, resolvConf: { '/hosts': FILE }, ...options });
  world.start();
  return world;
};

/** The addresses or names of an answer; `whoami` where it went to the next plugin; else the response code. */
const answered = (world: World, name: string, type: string): readonly string[] | string => {
  const reply = world.answer(world.ask({ name, type }));
  if (reply.additionals.length > 0) return 'whoami';
  if (reply.answers.length === 0) return reply.rcode;
  return reply.answers.map(({ data }) => (data.kind === 'address' ? data.address : data.kind === 'name' ? data.name : '?'));
};

describe('what a hosts file says (the cases of CoreDNS’s hosts_test.go)', () => {
  it.each([
    ['example.org', 'A', ['10.0.0.1']],
    ['EXAMPLE.org', 'A', ['10.0.0.1']],
    ['example.com', 'A', ['10.0.0.2']],
    ['localhost', 'A', ['127.0.0.1']],
    ['localhost', 'AAAA', ['::1']],
    ['link.example.org', 'AAAA', ['fe80::1']],
    ['fallthrough-example.org', 'A', ['10.0.0.3']],
    ['twice.example.org', 'A', ['10.0.0.4', '10.0.0.5']],
    ['1.0.0.10.in-addr.arpa', 'PTR', ['example.org.']],
    ['2.0.0.10.in-addr.arpa', 'PTR', ['example.com.']],
    ['1.0.0.127.in-addr.arpa', 'PTR', ['localhost.', 'localhost.domain.']],
    [`1.${'0.'.repeat(31)}ip6.arpa`, 'PTR', ['localhost.', 'localhost.domain.']],
    // A name that is there, of a type that is not: no data.
    ['example.org', 'AAAA', 'NOERROR'],
    ['example.org', 'MX', 'NOERROR'],
    // No name, and no SOA to say so with.
    ['nowhere.example.org', 'A', 'SERVFAIL'],
    ['commented.example.org', 'A', 'SERVFAIL'],
    ['not.an.address', 'A', 'SERVFAIL'],
    // Addresses without a name go on, whatever is configured.
    ['9.0.0.10.in-addr.arpa', 'PTR', 'whoami'],
    ['0.0.10.in-addr.arpa', 'PTR', 'whoami'],
    ['example.org', 'PTR', 'whoami'],
  ])('%s %s', (name, type, expected) => {
    expect(answered(hosting(), name, type)).toEqual(expected);
  });

  it('is authoritative, with the TTL of the directive', () => {
    const world = hosting();
    const reply = world.answer(world.ask({ name: 'Example.org', type: 'A' }));
    expect(reply).toMatchObject({ authoritative: true, answers: [{ name: 'Example.org.', ttlSeconds: 3600 }] });
    const brief = hosting('hosts /hosts {\n ttl 60\n }');
    expect(brief.answer(brief.ask({ name: 'example.org' })).answers).toMatchObject([{ ttlSeconds: 60 }]);
  });

  it('says nothing of other classes', () => {
    const world = hosting('hosts /hosts\n chaos');
    const reply = world.answer(world.ask({ name: 'example.org', type: 'A', class: 'CH' }));
    expect(reply.additionals).not.toEqual([]);
  });
});

describe('a wildcard', () => {
  it.each([
    ['a.apps.example.com', 'A', ['5.6.7.8']],
    ['a.apps.example.com', 'AAAA', 'NOERROR'],
    ['*.apps.example.com', 'A', ['5.6.7.8']],
    ['a.b.apps.example.com', 'A', 'SERVFAIL'],
    ['apps.example.com', 'A', 'SERVFAIL'],
    ['8.7.6.5.in-addr.arpa', 'PTR', 'whoami'],
  ])('%s %s', (name, type, expected) => {
    expect(answered(hosting(), name, type)).toEqual(expected);
  });

  it('is for names that have no line of their own, in either family', () => {
    const world = hosting('hosts /none {\n 10.0.0.1 *.example.org\n ::1 own.example.org\n }');
    expect(answered(world, 'own.example.org', 'AAAA')).toEqual(['::1']);
    expect(answered(world, 'own.example.org', 'A')).toBe('NOERROR');
    expect(answered(world, 'other.example.org', 'A')).toEqual(['10.0.0.1']);
  });
});

describe('zones and fallthrough', () => {
  it.each([
    ['hosts /hosts example.org', 'example.com', 'A', 'whoami'],
    ['hosts /hosts example.org', 'example.org', 'A', ['10.0.0.1']],
    ['hosts /hosts example.org', 'nowhere.example.org', 'A', 'SERVFAIL'],
    ['hosts /hosts example.org', '1.0.0.10.in-addr.arpa', 'PTR', ['example.org.']],
    ['hosts /hosts example.org', '2.0.0.10.in-addr.arpa', 'PTR', 'whoami'],
    ['hosts /hosts {\n fallthrough\n}', 'nowhere.example.org', 'A', 'whoami'],
    ['hosts /hosts {\n fallthrough\n}', 'example.org', 'AAAA', 'NOERROR'],
    ['hosts /hosts {\n fallthrough\n}', 'example.org', 'TXT', 'NOERROR'],
    ['hosts /hosts {\n fallthrough example.net\n}', 'nowhere.example.org', 'A', 'SERVFAIL'],
    ['hosts /hosts {\n fallthrough example.net\n}', 'nowhere.example.net', 'A', 'whoami'],
    ['hosts /hosts {\n fallthrough\n fallthrough_unsupported\n}', 'example.org', 'TXT', 'whoami'],
    ['hosts /hosts {\n fallthrough\n fallthrough_unsupported\n}', 'example.org', 'HTTPS', 'whoami'],
    ['hosts /hosts {\n fallthrough\n fallthrough_unsupported\n}', 'example.org', 'AAAA', 'NOERROR'],
    ['hosts /hosts {\n fallthrough_unsupported\n fallthrough net\n}', 'example.org', 'TXT', 'NOERROR'],
    ['hosts /hosts {\n no_reverse\n}', '1.0.0.10.in-addr.arpa', 'PTR', 'whoami'],
    ['hosts /hosts {\n 10.9.9.9 example.org own.org\n}', 'example.org', 'A', ['10.0.0.1', '10.9.9.9']],
    ['hosts /hosts {\n 10.9.9.9 example.org own.org\n}', '9.9.9.10.in-addr.arpa', 'PTR', ['example.org.', 'own.org.']],
  ])('%j: %s %s', (directive, name, type, expected) => {
    expect(answered(hosting(directive), name, type)).toEqual(expected);
  });
});

describe('a list of a hundred thousand names', () => {
  it('is read at once, and never answered with more than a message holds', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `0.0.0.0 host-${index}.ads.example.org`);
    const world = hosting('hosts /list', { resolvConf: { '/list': names.join('\n') } });
    expect(answered(world, 'host-99999.ads.example.org', 'A')).toEqual(['0.0.0.0']);
    const query = world.ask({ name: '0.0.0.0.in-addr.arpa', type: 'PTR' }, 'tcp');
    expect(world.answer(query).truncated).toBe(true);
    expect(world.rawAnswer(query)?.length).toBeGreaterThan(65_000);
  });
});

describe('the file', () => {
  it('is read again when it has changed', () => {
    const world = hosting();
    expect(world.server.watchedFiles).toEqual(['/hosts']);
    world.changeFile('/hosts', '10.7.7.7 new.example.org');
    expect(answered(world, 'new.example.org', 'A')).toEqual(['10.7.7.7']);
    expect(answered(world, 'example.org', 'A')).toBe('SERVFAIL');
  });

  it('is not watched with `reload 0s`', () => {
    expect(hosting('hosts /hosts {\n reload 0s\n }').server.watchedFiles).toEqual([]);
  });

  it('may come later', () => {
    const world = hosting('hosts /late {\n 10.9.9.9 own.org\n }');
    expect(world.lines).toEqual(['[WARNING] plugin/hosts: File does not exist: /late']);
    expect(answered(world, 'own.org', 'A')).toEqual(['10.9.9.9']);
    world.changeFile('/late', '10.7.7.7 new.example.org');
    expect(answered(world, 'new.example.org', 'A')).toEqual(['10.7.7.7']);
    expect(answered(world, 'own.org', 'A')).toEqual(['10.9.9.9']);
  });

  it('is counted with the lines of the Corefile, addresses and names', () => {
    const world = new World({
      corefile: '. {\n hosts /hosts {\n 10.9.9.9 own.org\n }\n}',
      resolvConf: { '/hosts': '10.0.0.1 a b\n::1 c' },
    });
    world.now = 2500;
    world.start();
    world.changeFile('/hosts', '');
    expect(world.metrics).toEqual([
      'coredns_hosts_entries /hosts 8',
      'coredns_hosts_reload_timestamp_seconds 1',
      'coredns_hosts_entries /hosts 2',
      'coredns_hosts_reload_timestamp_seconds 1',
    ]);
  });
});

describe('what a hosts directive means', () => {
  it.each([
    ['hosts', ['hosts /etc/hosts for .', '  TTL 3600 s', '  reloaded every 5s', '  no fallthrough']],
    [
      'hosts /tmp/hosts miek.nl 10.0.0.9/8 {\n 10.0.0.1 miek.nl\n ttl 65535 ignored\n no_reverse\n reload 0\n fallthrough\n}',
      [
        'hosts /tmp/hosts for miek.nl. 10.in-addr.arpa.',
        '  10.0.0.1 miek.nl',
        '  TTL 65535 s, no reverse',
        '  never reloaded',
        '  fallthrough .',
      ],
    ],
    [
      'hosts {\n fallthrough_unsupported\n fallthrough example.org\n}',
      [
        'hosts /etc/hosts for .',
        '  TTL 3600 s',
        '  reloaded every 5s',
        '  fallthrough example.org., unsupported types too',
      ],
    ],
  ])('%j', (directive, expected) => {
    expect(meaning(directive)).toEqual(expected);
  });

  it.each([
    ['hosts\nhosts', "3:1: 'hosts' can only be used once"],
    ['hosts {\n fallthrough\n 10.0.0.1 example.org\n}', "4:2: unknown property '10.0.0.1'"],
    ['hosts {\n ttl\n}', '3:2: ttl needs a time in second'],
    ['hosts {\n ttl soon\n}', "3:6: ttl needs a number of second: 'soon'"],
    ['hosts {\n ttl 0\n}', '3:6: ttl provided is invalid: 0'],
    ['hosts {\n ttl 65536\n}', '3:6: ttl provided is invalid: 65536'],
    ['hosts {\n reload\n}', '3:2: Wrong argument count'],
    ['hosts {\n reload 1s extra\n}', '3:12: Wrong argument count'],
    ['hosts {\n reload often\n}', "3:9: the reload interval is not a duration: 'often'"],
    ['hosts {\n reload -1s\n}', "3:9: invalid negative duration for reload '-1s'"],
    ['hosts {\n fallthrough_unsupported\n}', '2:1: fallthrough_unsupported requires fallthrough'],
    ['hosts {\n fallthrough\n fallthrough_unsupported x\n}', '4:26: Wrong argument count'],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });
});
