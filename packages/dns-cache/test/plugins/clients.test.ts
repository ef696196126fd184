import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { fitted, topLines } from '../../src/cli/top-table.ts';
import { clientCounts } from '../../src/counting/clients.ts';
import { complaint, meaning } from '../support/directive.ts';
import { a, soa, World } from '../support/world.ts';

const COREFILE = '. {\n clients\n cache\n forward . 192.0.2.53\n}\nexample.net {\n clients\n whoami\n}\nsilent.test {\n whoami\n}';

const HOST = { port: 40_000 };

/** Each of these clients asks for a name. */
const askedBy = (corefile: string, asked: readonly (readonly [client: string, name: string, transport?: 'udp' | 'tcp'])[]): World => {
  const world = new World({ corefile });
  for (const [client, name, transport = 'udp'] of asked) {
    const before = world.asks.length;
    world.send(encodeQuery({ id: 1, name, type: 'A' }), { from: { ...HOST, address: client }, transport });
    if (world.asks.length === before) continue;
    if (name.startsWith('no')) world.respond({ rcode: 'NXDOMAIN', authorities: [soa('example.org', 30, 30)] });
    else if (name.startsWith('fail')) world.respond({ rcode: 'SERVFAIL' });
    else world.respond({ answers: [a(name, '192.0.2.1', 30)] });
  }
  return world;
};

const countsOf = (world: World) =>
  world.server.clients()?.clients.map(({ client, queries, denials, failures, ownNames }) => [client, queries, denials, failures, ownNames]);

describe('clients', () => {
  it('are counted over all blocks that have the directive, hits on the short way as well', () => {
    const world = askedBy(COREFILE, [
      ['10.0.0.1', 'a.example.org'],
      ['10.0.0.1', 'a.example.org'],
      ['10.0.0.2', 'a.example.org'],
      ['10.0.0.1', 'a.example.org', 'tcp'],
      ['10.0.0.1', 'b.example.net'],
      ['10.0.0.3', 'c.silent.test'],
    ]);
    expect(world.cacheSteps).toEqual(['miss', 'stored success 30', 'hit success', 'hit success', 'hit success']);
    expect(countsOf(world)).toEqual([['10.0.0.1', 4, 0, 0, 1], ['10.0.0.2', 1, 0, 0, 0]]);
  });

  it('and what becomes of what they ask', () => {
    const world = askedBy(COREFILE, [
      ['10.0.0.1', 'no.example.org'],
      ['10.0.0.1', 'no.example.org'],
      ['10.0.0.1', 'fail.example.org'],
      ['10.0.0.1', 'fail.example.org'],
      ['10.0.0.1', 'a.example.org'],
    ]);
    expect(countsOf(world)).toEqual([['10.0.0.1', 5, 2, 2, 3]]);
  });

  it('the short way counts as the long way does', () => {
    const asked = Array.from({ length: 200 }, (_, query) => [`10.0.0.${query % 7}`, `${['no', 'fail', 'a', 'b'][query % 4]}${query % 9}.example.org`] as const);
    const long = askedBy(COREFILE.replace('. {', '. {\n log elsewhere.invalid'), asked);
    expect(countsOf(askedBy(COREFILE, asked))).toEqual(countsOf(long));
  });

  it('go on being counted with the next configuration', () => {
    const world = askedBy(COREFILE, [['10.0.0.1', 'a.example.org']]);
    expect(countsOf(world)).toEqual([['10.0.0.1', 1, 0, 0, 1]]);
    const [[name, ledger] = []] = world.server.ledgers;
    expect(name).toBe('32 128 10');
    ledger?.count('10.0.0.2', '\0', 1, 'answer');
    expect(countsOf(world)).toHaveLength(2);
  });

  it('by networks', () => {
    const world = askedBy('. {\n clients {\n prefix 24 64\n }\n whoami\n}', [['10.0.0.1', 'a.test'], ['10.0.0.9', 'a.test'], ['2001:db8::1', 'a.test'], ['2001:db8::2', 'b.test']]);
    expect(countsOf(world)).toEqual([['10.0.0.0/24', 2, 0, 0, 0], ['2001:db8::/64', 2, 0, 0, 1]]);
  });

  it('nowhere without the directive', () => {
    expect(askedBy('. {\n whoami\n}', [['10.0.0.1', 'a.test']]).server.clients()).toBeUndefined();
  });
});

const REPORT = {
  queries: 120,
  floor: 0,
  series: 1,
  clients: [
    { client: '10.0.0.1', queries: 100, surplus: 0, denials: 40, failures: 1, ownNames: 7 },
    { client: '10.0.0.22', queries: 20, surplus: 0, denials: 0, failures: 0, ownNames: 0 },
  ],
};

describe('what is shown of them', () => {
  it('so many series, and how sure they are', () => {
    expect(clientCounts(REPORT).samples).toEqual([
      { name: 'coredns_clients_queries', labels: ['10.0.0.1'], value: 100 },
      { name: 'coredns_clients_denials', labels: ['10.0.0.1'], value: 40 },
      { name: 'coredns_clients_failures', labels: ['10.0.0.1'], value: 1 },
      { name: 'coredns_clients_own_names', labels: ['10.0.0.1'], value: 7 },
      { name: 'coredns_clients_queries_error', labels: ['shown'], value: 0 },
      { name: 'coredns_clients_queries_error', labels: ['others'], value: 20 },
    ]);
  });

  it('a table', () => {
    expect(topLines(REPORT, { most: 10 })).toEqual([
      'CLIENT     QUERIES  SHARE  DENIED  FAILED  OWN NAMES',
      '10.0.0.1       100  83.3%   40.0%    1.0%          7',
      '10.0.0.22       20  16.7%    0.0%    0.0%          0',
      '120 queries in all; the counts are exact; nobody else has asked',
    ]);
  });

  it('a table of what came since the last look, and of no more clients than there is room for', () => {
    const [first, second] = REPORT.clients;
    const before = { ...REPORT, clients: [{ ...first, queries: 98 }, { ...second, queries: 5 }].filter((one) => one !== undefined) as typeof REPORT.clients };
    expect(topLines(REPORT, { before, elapsedMs: 2000, most: 1 })).toEqual([
      'CLIENT     A SECOND  QUERIES  SHARE  DENIED  FAILED  OWN NAMES',
      '10.0.0.22       7.5       20  16.7%    0.0%    0.0%          0',
      '120 queries in all; the counts are exact; whoever is not shown has 100 at most',
    ]);
  });

  it('of that as much as a small terminal has room for, with the line of its cursor', () => {
    expect(fitted(topLines(REPORT, { most: 10 }), { columns: 20, rows: 3 })).toEqual(['CLIENT     QUERIES  ', '10.0.0.1       100  ']);
    expect(fitted(['head', 'client'], { columns: 80, rows: 1 })).toEqual(['head']);
  });
});

describe('what clients means', () => {
  it('in full', () => {
    expect(meaning('clients')).toEqual(['clients prefix 32 128 series 10']);
    expect(meaning('clients {\n prefix 24 64 series 3 }')).toEqual(['clients prefix 24 64 series 3']);
  });

  it.each([
    ['clients 10', "2:9: Wrong argument count or unexpected line ending after '10' (its options stand in braces)"],
    ['clients {\n prefix 33 64\n}', '3:9: not the length of a prefix: 33 (write 1 to 32)'],
    ['clients {\n prefix 32\n}', "3:9: Wrong argument count or unexpected line ending after '32' (write prefix IPV4BITS IPV6BITS, as in prefix 32 64)"],
    ['clients {\n series 101\n}', '3:9: not a number of series: 101 (write 0 to 100)'],
    ['clients {\n top 3\n}', "3:2: unknown option 'top' of 'clients' (known are prefix, series)"],
    ['clients\nclients', "3:1: 'clients' can only be used once per server block (it is already at line 2)"],
  ])('%j is refused', (text, expected) => {
    expect(complaint(text)).toContain(`Corefile:${expected}`);
  });
});
