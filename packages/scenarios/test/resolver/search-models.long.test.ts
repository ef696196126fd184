import * as fc from 'fast-check';
import type { NameServer, ResponseOptions } from '@nodelocal/dns-cache';
import { createNameServer, encodeResponse, parseCorefile, readMessage } from '@nodelocal/dns-cache';
import type { LookupEvent, LookupResult, Progress, Resolver, Sent } from '@nodelocal/scenarios';
import { caresResolver, glibcResolver, goResolver, muslResolver } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';

/*
 * The models of the resolvers ask a node's cache with `search`, and one without, in worlds that chance has made: more is there, and
 * fails, at odd places than anywhere. They have to come to the same.
 */

const RESOLV_CONF = 'search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n';

/** Small: a new server has room for what it may keep. */
const CACHE = ' cache {\n success 100\n denial 100\n }\n';

const nodeCorefile = (search: string): string => `cluster.local {\n${search}\n${CACHE} forward . 192.0.2.1\n}\n. {\n${CACHE} forward . 192.0.2.1\n}`;

/** What there is at a name. */
type Held = 'absent' | '4' | '6' | '46' | 'nothing' | 'failure';

/** What upstreams know: the same for each name whenever they are asked. */
type Upstream = (name: string) => Held;

const lookedFor = ['one', 'web', 'web.data', 'web.shop', 'pod.web.data', 'www.example.org', 'example.org', 'web.data.svc', 'web.data.svc.cluster.local', 'a.b.c.d.e', 'a.b.c.d.e.f', 'www.example.org.', 'web.data.svc.cluster.local.'] as const;

const DOMAINS = ['shop.svc.cluster.local.', 'svc.cluster.local.', 'cluster.local.', 'corp.example.', ''];

const heldAnywhere = fc.oneof(
  { weight: 12, arbitrary: fc.constant('absent' as const) },
  { weight: 4, arbitrary: fc.constantFrom('4' as const, '6' as const, '46' as const) },
  { weight: 1, arbitrary: fc.constantFrom('nothing' as const, 'failure' as const) },
);

/** What there is at each place that a list leads to. */
const upstreams: fc.Arbitrary<Upstream> = fc.array(heldAnywhere, { minLength: lookedFor.length * DOMAINS.length, maxLength: lookedFor.length * DOMAINS.length }).map((held) => {
  const places = lookedFor.flatMap((name) => DOMAINS.map((domain) => `${name.replace(/\.$/, '')}.${domain}`));
  const known = new Map(places.map((place, index) => [place, held[index] ?? 'absent']));
  return (name) => known.get(name) ?? 'absent';
});

const addressOf = (name: string, type: string): string => {
  const sum = Array.from(name).reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 65_000, 7);
  return type === 'A' ? `10.1.${sum >> 8}.${sum & 255}` : `2001:db8::${(sum + 1).toString(16)}`;
};

const answerOf = (upstream: Upstream, name: string, type: string): Omit<ResponseOptions, 'id' | 'question'> => {
  const held = upstream(name.toLowerCase());
  const authorities = [{ name: '.', type: 'SOA', ttlSeconds: 30, data: { kind: 'start-of-authority', mname: 'ns.', rname: 'host.', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 30 } }] as const;
  if (held === 'failure') return { rcode: 'SERVFAIL' };
  if (held === 'absent') return { rcode: 'NXDOMAIN', authorities };
  if (!held.includes(type === 'A' ? '4' : '6')) return { authorities };
  return { answers: [{ name, type, ttlSeconds: 30, data: { kind: 'address', address: addressOf(name, type) } }] };
};

/** A node's cache, which answers at once what its upstream answers at once. */
class Node {
  readonly #server: NameServer;
  readonly #upstream: Upstream;
  #nowMs = 0;
  #lastQuery = 0;
  questions = 0;

  constructor(search: string, upstream: Upstream) {
    this.#server = createNameServer({ corefile: parseCorefile(nodeCorefile(search)), port: 53, readFile: () => '', random: () => 0.5 });
    this.#upstream = upstream;
  }

  answer(message: Uint8Array, transport: 'udp' | 'tcp', atMs: number): Uint8Array | undefined {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    this.#lastQuery += 1;
    this.questions += 1;
    const [client, local] = [{ address: '10.244.1.5', port: 40_000 }, { address: '10.96.0.10', port: 53 }];
    const effects = [...this.#server.handle({ kind: 'query', query: this.#lastQuery, transport, client, local, message }, this.#nowMs)];
    for (const effect of effects) {
      if (effect.kind === 'answer') return effect.message;
      if (effect.kind !== 'ask' || effect.purpose !== 'query') continue;
      const asked = readMessage(effect.message);
      if (asked.kind !== 'message' || asked.question === undefined) throw new TypeError('not a query');
      const { id, question } = asked;
      const reply = encodeResponse({ id, question, recursionAvailable: true, ...answerOf(this.#upstream, question.name, question.type) });
      effects.push(...this.#server.handle({ kind: 'reply', exchange: effect.exchange, message: reply }, this.#nowMs));
    }
    return undefined;
  }
}

/** What a resolver comes to; a lookup begins when the one before has long ended. */
const lookUp = <L extends Progress>(resolver: Resolver<L>, name: string, node: Node, beginMs: number): LookupResult => {
  let nowMs = beginMs;
  let drawn = 0;
  const draw = (below: number): number => (drawn += 7919) % below;
  const deliver = (sent: Sent): readonly LookupEvent[] => {
    const message = node.answer(sent.message, sent.kind === 'datagram' ? 'udp' : 'tcp', nowMs);
    if (message === undefined) return [];
    return [sent.kind === 'datagram' ? { kind: 'datagram', port: sent.port, from: sent.to, message } : { kind: 'tcp-answer', connection: sent.connection, message }];
  };
  let step = resolver.start(name, resolver.readConfig(RESOLV_CONF), nowMs, draw);
  const events: LookupEvent[] = step.send.flatMap(deliver);
  for (;;) {
    const { result, deadlineMs } = step.lookup;
    if (result !== undefined) return result;
    const event = events.shift();
    if (event === undefined) nowMs = deadlineMs;
    step = resolver.step(step.lookup, event ?? { kind: 'timeout' }, nowMs, draw);
    events.push(...step.send.flatMap(deliver));
  }
};

/** The name in it is the list's, or the answer's: that may differ. */
const told = (result: LookupResult): string => (result.kind === 'resolved' ? `resolved ${result.addresses.toSorted().join(' ')}` : result.kind);

const LOOKUP_MS = 60_000;

const suite = <L extends Progress>(who: string, resolver: Resolver<L>): void => {
  describe(`a node with search, to ${who}`, () => {
    it('is one without, in any world', () => {
      fc.assert(
        fc.property(upstreams, fc.array(fc.constantFrom(...lookedFor), { minLength: 1, maxLength: 8 }), (upstream, names) => {
          const [plain, searching] = [new Node('', upstream), new Node(' search cluster.local corp.example', upstream)];
          for (const [index, name] of ['the.first.lookup', ...names].entries()) {
            const beginMs = (index + 1) * LOOKUP_MS;
            expect([name, told(lookUp(resolver, name, searching, beginMs))]).toEqual([name, told(lookUp(resolver, name, plain, beginMs))]);
          }
          expect(searching.questions).toBeLessThanOrEqual(plain.questions);
        }),
        { numRuns: 60 },
      );
    });

    it('answers by two questions for a name outside the cluster', () => {
      const node = new Node(' search cluster.local corp.example', (name) => (name === 'www.example.org.' ? '4' : 'absent'));
      expect(told(lookUp(resolver, 'www.example.org', node, 0))).toMatch(/^resolved 10\.1\./);
      expect(node.questions).toBe(2);
    });
  });
};

suite('glibc', glibcResolver);
suite('musl', muslResolver);
suite('Go', goResolver);
suite('c-ares', caresResolver);
