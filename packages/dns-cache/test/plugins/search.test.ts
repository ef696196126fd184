import type { ResponseOptions } from '@nodelocal/dns-cache';
import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import type { AskEffect } from '../support/world.ts';
import { a, alias, read, soa, World } from '../support/world.ts';

const FIRST = 'x.svc.cluster.local.';

/** What upstreams know: for a name its addresses, `nothing` or a failure; what is not named does not exist. */
type Known = Readonly<Record<string, readonly string[] | 'servfail' | 'silent'>>;

const aaaa = (name: string, address: string) => ({ name, type: 'AAAA', ttlSeconds: 20, data: { kind: 'address', address } }) as const;

/** The SOA of the zone that denies a name. */
const denier = (name: string) => soa(`${name.split('.').at(-2) ?? ''}.`, 40, 40);

const answerOf = (known: Known, { message }: AskEffect): Omit<ResponseOptions, 'id' | 'question'> | undefined => {
  const { question } = read(message);
  const name = question?.name.toLowerCase() ?? '';
  const held = known[name];
  const authorities = [denier(name)];
  if (held === 'silent') return undefined;
  if (held === 'servfail') return { rcode: 'SERVFAIL' };
  if (held === undefined) return { rcode: 'NXDOMAIN', authorities };
  const wanted = held.filter((address) => address.includes(':') === (question?.type === 'AAAA'));
  const answers = wanted.map((address) => (address.includes(':') ? aaaa(name, address) : a(name, address, 30)));
  return answers.length === 0 ? { authorities } : { answers };
};

interface Setting {
  readonly search?: string;
  readonly files?: Readonly<Record<string, string>>;
}

class Cluster {
  readonly world: World;
  readonly #known: Known;

  constructor(known: Known, { search = 'search cluster.local corp.example', files = {} }: Setting = {}) {
    this.#known = known;
    const corefile = `cluster.local {\n errors\n ${search}\n cache\n forward . 192.0.2.1\n}\n. {\n cache\n forward . 192.0.2.2\n}`;
    this.world = new World({ corefile, resolvConf: files });
  }

  /** Asks, and has the upstreams answer all that they are asked. */
  ask(name: string, type: 'A' | 'AAAA' | 'TXT' = 'A', from = '10.244.1.5', edns?: { readonly udpPayloadSize: number; readonly dnssecOk?: boolean }): number {
    let answered = this.world.asks.length;
    const message = encodeQuery({ id: 1, name, type, ...(edns === undefined ? {} : { edns }) });
    const query = this.world.send(message, { from: { address: from, port: 40_000 } });
    for (; answered < this.world.asks.length; answered += 1) {
      const asked = this.world.asks[answered];
      const options = asked && answerOf(this.#known, asked);
      if (asked !== undefined && options !== undefined) this.world.respond(options, asked);
    }
    return query;
  }

  /** The code and the records of an answer. */
  said(query: number): string {
    if (this.world.rawAnswer(query) === undefined) return 'nothing';
    const { rcode, answers } = this.world.answer(query);
    return [rcode, ...answers.map(({ data, ttlSeconds }) => `${'address' in data ? data.address : 'name' in data ? data.name : '?'} ${ttlSeconds}`)].join(' ');
  }

  saying(name: string, type: 'A' | 'AAAA' | 'TXT' = 'A', from?: string): string {
    return this.said(this.ask(name, type, from));
  }

  /** What upstreams were asked, each once. */
  get asked(): readonly string[] {
    return [...new Set(this.world.asks.map(({ message }) => read(message).question?.name.toLowerCase() ?? ''))];
  }
}

const OUTSIDE: Known = { 'www.example.org.': ['192.0.2.80', '2001:db8::80'] };

describe('a name outside the cluster', () => {
  it('is found where the resolver would find it last, and each place on the way is asked for', () => {
    const cluster = new Cluster(OUTSIDE);
    expect(cluster.saying(`www.example.org.${FIRST}`)).toBe('NOERROR www.example.org. 30 192.0.2.80 30');
    expect(cluster.saying(`www.example.org.${FIRST}`, 'AAAA')).toBe('NOERROR www.example.org. 20 2001:db8::80 20');
    expect(cluster.asked).toEqual([
      `www.example.org.${FIRST}`,
      `org.${FIRST}`,
      'www.example.org.svc.cluster.local.',
      'www.example.org.cluster.local.',
      'www.example.org.corp.example.',
      'www.example.org.',
    ]);
  });

  it('costs nothing the next time, to another client either', () => {
    const cluster = new Cluster(OUTSIDE);
    cluster.ask(`www.example.org.${FIRST}`);
    const { length } = cluster.world.asks;
    expect(cluster.saying(`www.example.org.${FIRST}`, 'A', '10.244.1.6')).toBe('NOERROR www.example.org. 30 192.0.2.80 30');
    expect(cluster.world.asks).toHaveLength(length);
  });

  it('keeps the spelling of the client, and ages', () => {
    const cluster = new Cluster(OUTSIDE);
    const query = cluster.ask(`WWW.Example.org.${FIRST}`);
    expect(cluster.world.answer(query).answers.map(({ name }) => name)).toEqual([`WWW.Example.org.${FIRST}`, 'www.example.org.']);
    expect(cluster.world.answer(query).answers[0]?.data).toMatchObject({ name: 'WWW.Example.org.' });
    cluster.world.pass(10_000);
    expect(cluster.saying(`www.example.org.${FIRST}`)).toBe('NOERROR www.example.org. 20 192.0.2.80 20');
  });

  it('has an empty answer for the kind of address that it has not, as at its own place', () => {
    const cluster = new Cluster({ 'www.example.org.': ['192.0.2.80'] });
    const query = cluster.ask(`www.example.org.${FIRST}`, 'AAAA');
    expect(cluster.said(query)).toBe('NOERROR www.example.org. 40');
    expect(cluster.world.answer(query).authorities).toHaveLength(1);
  });

  it('all denials are kept as what they are', () => {
    const cluster = new Cluster(OUTSIDE);
    cluster.ask(`www.example.org.${FIRST}`);
    expect([...cluster.world.server.caches.values()].map((cache) => [cache.store('success').size, cache.store('denial').size])).toEqual([[0, 7], [2, 2]]);
  });
});

describe('the first place that has the name', () => {
  it.each([
    ['its own namespace', { [`www.example.${FIRST}`]: ['10.96.0.1'] }, 'NOERROR 10.96.0.1 30'],
    ['a service of another', { 'www.example.svc.cluster.local.': ['10.96.0.2'], 'www.example.corp.example.': ['192.0.2.1'], 'www.example.': ['192.0.2.2'] }, 'NOERROR www.example.svc.cluster.local. 30 10.96.0.2 30'],
    ['the cluster', { 'www.example.cluster.local.': ['10.96.0.3'], 'www.example.': ['192.0.2.2'] }, 'NOERROR www.example.cluster.local. 30 10.96.0.3 30'],
    ['a domain of the node', { 'www.example.corp.example.': ['192.0.2.1'], 'www.example.': ['192.0.2.2'] }, 'NOERROR www.example.corp.example. 30 192.0.2.1 30'],
    ['the name itself', { 'www.example.': ['192.0.2.2'] }, 'NOERROR www.example. 30 192.0.2.2 30'],
    ['none', {}, 'NXDOMAIN'],
  ] satisfies readonly (readonly [string, Known, string])[])('%s', (_where, known, expected) => {
    expect(new Cluster(known).saying(`www.example.${FIRST}`)).toBe(expected);
  });

  it.each([
    ['a failure', { 'www.example.cluster.local.': 'servfail', 'www.example.': ['192.0.2.2'] }],
    ['a failure of the last', { 'www.example.': 'servfail' }],
    ['a name without addresses', { 'www.example.cluster.local.': [], 'www.example.': ['192.0.2.2'] }],
  ] satisfies readonly (readonly [string, Known])[])('is left to the resolver behind %s', (_what, known) => {
    const cluster = new Cluster(known);
    expect(cluster.saying(`www.example.${FIRST}`)).toBe('NXDOMAIN');
    expect(cluster.saying(`www.example.${FIRST}`, 'AAAA')).toBe('NXDOMAIN');
  });

  it('and so is a name of which only one kind of address can be had', () => {
    const cluster = new Cluster({});
    const query = cluster.ask(`www.example.${FIRST}`);
    expect(cluster.said(query)).toBe('NXDOMAIN');
  });

  it('a place that says nothing is waited for a second and a half', () => {
    const cluster = new Cluster({ 'www.example.': 'silent' });
    const query = cluster.ask(`www.example.${FIRST}`);
    cluster.world.pass(1499);
    expect(cluster.said(query)).toBe('nothing');
    cluster.world.pass(1);
    expect(cluster.said(query)).toBe('NXDOMAIN');
    cluster.world.pass(10_000);
    expect(cluster.world.metrics.filter((line) => line.startsWith('coredns_search'))).toEqual(['coredns_search_denials_total dns://:53 cluster.local.  uncertain 1']);
  });
});

describe('what is no beginning of a search', () => {
  const WILD: Known = {
    'web.corp.example.': ['192.0.2.9'],
    'web.x.corp.example.': ['192.0.2.9'],
    'pod-0.web.corp.example.': ['192.0.2.9'],
    'a.b.c.d.e.f.': ['192.0.2.9'],
  };

  it('the second question for a service of another namespace, which is not there', () => {
    const cluster = new Cluster(WILD);
    expect(cluster.saying(`web.default.${FIRST}`)).toBe('NXDOMAIN');
    expect(cluster.saying('web.default.svc.cluster.local.')).toBe('NXDOMAIN');
  });

  it('the last question for its whole name', () => {
    const cluster = new Cluster(WILD);
    expect(cluster.saying(`web.default.svc.cluster.local.${FIRST}`)).toBe('NXDOMAIN');
    expect(cluster.saying('web.default.svc.cluster.local.')).toBe('NXDOMAIN');
    expect(cluster.saying('web.default.svc.cluster.local.', 'AAAA')).toBe('NXDOMAIN');
  });

  it('and within the same namespace', () => {
    const cluster = new Cluster(WILD);
    expect(cluster.saying(`web.${FIRST}${FIRST}`)).toBe('NXDOMAIN');
    expect(cluster.saying(`web.${FIRST}`)).toBe('NXDOMAIN');
    // Later it may be one.
    cluster.world.pass(30_000);
    expect(cluster.saying(`web.${FIRST}`)).toBe('NOERROR web.corp.example. 10 192.0.2.9 30');
  });

  it('another namespace than that of which the client is known to be', () => {
    const cluster = new Cluster({ ...WILD, ...OUTSIDE });
    cluster.ask(`www.example.org.${FIRST}`);
    expect(cluster.saying('web.default.svc.cluster.local.')).toBe('NXDOMAIN');
    expect(cluster.saying('web.default.svc.cluster.local.', 'A', '10.244.1.9')).toBe('NOERROR web.corp.example. 30 192.0.2.9 30');
    expect(cluster.saying(`web.${FIRST}`)).toBe('NOERROR web.corp.example. 30 192.0.2.9 30');
  });

  it('a pod of a service that is not ready', () => {
    const cluster = new Cluster({ ...WILD, [`web.${FIRST}`]: ['10.244.0.1'] });
    expect(cluster.saying(`pod-0.web.${FIRST}`)).toBe('NXDOMAIN');
  });

  it('a name that resolvers try as it is before', () => {
    const cluster = new Cluster(WILD);
    expect(cluster.saying(`a.b.c.d.e.f.${FIRST}`)).toBe('NXDOMAIN');
    expect(cluster.asked).toEqual([`a.b.c.d.e.f.${FIRST}`]);
    expect(new Cluster(WILD, { search: 'search cluster.local {\n ndots 6\n }' }).saying(`a.b.c.d.e.f.${FIRST}`)).toBe('NOERROR a.b.c.d.e.f. 30 192.0.2.9 30');
  });

  it('another type, another domain, a name that is there without addresses', () => {
    const cluster = new Cluster({ ...OUTSIDE, [`www.example.org.${FIRST}`]: [] });
    expect(cluster.saying(`www.example.org.${FIRST}`)).toBe('NOERROR');
    expect(cluster.saying(`other.example.org.${FIRST}`, 'TXT')).toBe('NXDOMAIN');
    expect(cluster.saying('www.example.org.svc.cluster.local.')).toBe('NXDOMAIN');
    expect(cluster.saying('www.example.org.cluster.local.')).toBe('NXDOMAIN');
    expect(cluster.asked).toHaveLength(4);
  });

  it('what comes behind a name without addresses, or behind a failure', () => {
    const cluster = new Cluster({ ...WILD, [`web.corp.${FIRST}`]: [], [`web.lab.${FIRST}`]: 'servfail' });
    for (const namespace of ['corp', 'lab']) {
      cluster.ask(`web.${namespace}.${FIRST}`);
      expect(cluster.saying(`web.${namespace}.svc.cluster.local.`)).toBe('NXDOMAIN');
    }
  });
});

describe('the domains of the node', () => {
  const files = { '/etc/resolv.conf': 'domain old.example\nsearch corp.example lab.example # two\nnameserver 192.0.2.1\n' };

  it('are those of a file, as it is now', () => {
    const cluster = new Cluster({ 'www.example.lab.example.': ['192.0.2.7'], 'www.example.new.example.': ['192.0.2.8'] }, { search: 'search cluster.local /etc/resolv.conf', files });
    expect(cluster.saying(`www.example.${FIRST}`)).toBe('NOERROR www.example.lab.example. 30 192.0.2.7 30');
    cluster.world.changeFile('/etc/resolv.conf', 'search new.example\n');
    expect(cluster.saying(`www.example.${FIRST}`)).toBe('NOERROR www.example.new.example. 30 192.0.2.8 30');
  });

  it.each([
    ['search', "2:1: Wrong argument count or unexpected line ending after 'search' (write search CLUSTERDOMAIN [DOMAINS...|FILE])"],
    ['search .', "2:8: not a domain to search: '.' (write one as cluster.local)"],
    ['search cluster.local /absent', "2:22: no search list in '/absent': no such file (name a file like resolv.conf, or the domains)"],
    ['search cluster.local {\n ndots 16\n}', '3:8: ndots cannot be 16 (write 1 to 15, as pods have it)'],
    ['search cluster.local {\n names 1\n}', "3:2: unknown option 'names' of 'search' (known are ndots)"],
  ])('%j is refused', (text, expected) => {
    expect(complaint(text, { keys: 'cluster.local' })).toContain(`Corefile:${expected}`);
  });

  it('mean', () => {
    expect(meaning('search cluster.local corp.example /etc/resolv.conf {\n ndots 2 }')).toEqual([
      'search behind NAMESPACE.svc.cluster.local.: svc.cluster.local. cluster.local. corp.example. those of /etc/resolv.conf . for names of less than 2 dots',
    ]);
  });
});

it('aliases on the way are passed on, and what is not validated is not said to be', () => {
  const world = new World({ corefile: 'cluster.local {\n search cluster.local\n cache\n forward . 192.0.2.1\n}\n. {\n cache\n forward . 192.0.2.2\n}' });
  const query = world.send(encodeQuery({ id: 1, name: `www.example.${FIRST}`, type: 'A', authenticated: true }));
  for (let answered = 0; answered < world.asks.length; answered += 1) {
    const asked = world.asks[answered];
    const question = asked && read(asked.message).question;
    if (question?.name !== 'www.example.') world.respond({ rcode: 'NXDOMAIN', authorities: [denier(question?.name ?? '')] }, asked);
    else if (question.type === 'A') world.respond({ answers: [alias('www.example.', 'edge.example.', 9), a('edge.example.', '192.0.2.3', 8)], authenticated: true }, asked);
    else world.respond({ authorities: [denier(question?.name ?? '')] }, asked);
  }
  const { answers, authenticated } = world.answer(query);
  expect(answers.map(({ type, ttlSeconds }) => [type, ttlSeconds])).toEqual([['CNAME', 8], ['CNAME', 9], ['A', 8]]);
  expect(authenticated).toBe(false);
});
