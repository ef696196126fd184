import type { Happening, Recording, ResolverName, Scenario } from '@nodelocal/scenarios';
import { describeRecording, LESSON_SCENARIO, NO_CACHE, RESOLVER_NAMES, ScenarioError, WHOLE_CACHE, WITHOUT_CACHE } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { LESSON_CLUSTER, LESSON_COREDNS, LESSON_POD, look } from '../../src/cluster/lesson-scenario.ts';
import { play } from '../support/lesson.ts';

const WORDS = { name: 'a test', question: '?', expect: '!' };
const run = (more: Partial<Scenario>, base: Omit<Scenario, 'name' | 'question' | 'expect'> = LESSON_SCENARIO): Recording => play({ ...base, ...WORDS, ...more });
const kinds = ({ lookups }: Recording): readonly string[] => lookups.map(({ result }) => (result.kind === 'failed' ? result.why : result.kind));
const reasons = ({ events }: Recording): readonly string[] =>
  events.flatMap((event) => (event.kind === 'packet' && event.journey.outcome.kind === 'dropped' ? [event.journey.outcome.reason.kind] : event.kind === 'lost' ? [event.why] : []));
const flagsOf = ({ events }: Recording, who: string): readonly number[] =>
  events.flatMap((event) => (event.kind === 'packet' && event.from === who && event.sent.kind === 'tcp' ? [event.sent.flags] : []));

const useVc = { ...LESSON_POD, resolvConf: `${LESSON_POD.resolvConf}options use-vc\n` };

describe('a pod that asks by TCP', () => {
  const [SYN, ACK, PSH_ACK, FIN_ACK] = [2, 16, 24, 17];

  it('sends a handshake, a segment for each question, and ends the connection', () => {
    const recording = run({ clients: [useVc], lookups: [look('kubernetes.default.svc.cluster.local.')], watchedMs: 10 });
    expect(kinds(recording)).toEqual(['resolved']);
    expect(flagsOf(recording, 'pod')).toEqual([SYN, ACK, PSH_ACK, PSH_ACK, ACK, ACK, FIN_ACK, ACK]);
    expect(recording.entries.filter(({ client }) => client !== undefined)).toEqual([]);
  });

  it('leaves an entry that has been through TCP’s states, where kube-proxy translates it', () => {
    const recording = run({ clients: [useVc], lookups: [look('kubernetes.default.svc.cluster.local.')], watchedMs: 10 }, WITHOUT_CACHE);
    expect(recording.entries).toMatchObject([{ protocol: 6, client: 'dns-test', state: 'TIME_WAIT', isAssured: true, isReplied: true }]);
    const [entry] = recording.entries;
    expect((entry?.untilMs ?? 0) - (entry?.seenMs ?? 0)).toBe(120_000);
  });

  it('is refused where nobody listens', () => {
    const recording = run({ clients: [useVc], cache: { ...WHOLE_CACHE, agent: 'down' }, lookups: [look('kubernetes.default.')] });
    expect(kinds(recording)).toEqual(['refused']);
    expect(recording.endedAtMs).toBeLessThan(2000);
  });

  it('sends again what a link loses, and comes through', () => {
    const links = { ...LESSON_SCENARIO.links, uplink: { delayMs: 0.4, lossShare: 0.3 } };
    const recording = run({ clients: [useVc], links, lookups: [look('kubernetes.default.svc.cluster.local.')], seed: 4 }, WITHOUT_CACHE);
    expect(kinds(recording)).toEqual(['resolved']);
    expect(reasons(recording)).toContain('lost-on-link');
    expect(flagsOf(recording, 'pod').filter((flags) => flags === SYN || flags === PSH_ACK).length).toBeGreaterThan(3);
  });
});

describe('every resolver', () => {
  it.each(RESOLVER_NAMES)('%s resolves with the cache and without', (resolver: ResolverName) => {
    const clients = [{ ...LESSON_POD, resolver }];
    const lookups = [look('kubernetes.default.svc.cluster.local.')];
    expect(kinds(run({ clients, lookups }))).toEqual(['resolved']);
    expect(kinds(run({ clients, lookups }, WITHOUT_CACHE))).toEqual(['resolved']);
  });
});

describe('a program of the node', () => {
  const process = { ...LESSON_POD, name: 'daemon', at: { kind: 'host' } as const };
  const lookups = [look('kubernetes.default.svc.cluster.local.', { client: 'daemon' })];

  it('is answered by the cache without any entry of its own', () => {
    const recording = run({ clients: [process], lookups });
    expect(kinds(recording)).toEqual(['resolved']);
    expect(recording.entries.filter(({ client }) => client !== undefined)).toEqual([]);
  });

  it('asks from the address that it asks, where the rules in OUTPUT are missing; unless kube-proxy masquerades it, the answers go astray', () => {
    const cache = { ...WHOLE_CACHE, notrack: 'no-output' } as const;
    expect(kinds(run({ clients: [process], lookups, cache, node: LESSON_CLUSTER }))).toEqual(['resolved']);
    const recording = run({ clients: [process], lookups, cache, node: { ...LESSON_CLUSTER, proxyFlags: [] } });
    expect(kinds(recording)).toEqual(['timed-out']);
    expect(reasons(recording)).toContain('not-this-node');
  });
});

describe('a node made of its cluster’s objects', () => {
  it.each(['iptables', 'nftables'] as const)('answers as the captured one does, in %s mode', (proxyMode) => {
    const node = { ...LESSON_CLUSTER, proxyMode };
    const recording = run({ node });
    expect(kinds(recording)).toEqual(['resolved', 'resolved']);
    expect(recording.entries.filter(({ client }) => client !== undefined)).toEqual([]);
    const without = run({ node }, WITHOUT_CACHE);
    expect(kinds(without)).toEqual(['resolved', 'resolved']);
    expect(without.entries.map(({ client }) => client)).toEqual(Array.from({ length: 4 }, () => 'dns-test'));
  });

  it('says in IPVS mode what the model lacks', () => {
    const { events } = run({ node: { ...LESSON_CLUSTER, proxyMode: 'ipvs' } }, WITHOUT_CACHE);
    const outcomes = events.flatMap((event) => (event.kind === 'packet' && event.from === 'pod' ? [event.journey.outcome] : []));
    expect(outcomes[0]).toMatchObject({ kind: 'not-modelled', what: expect.stringMatching(/IPVS/) as string });
  });

  it('sends nobody to an endpoint that kube-proxy knows to be gone', () => {
    const gone = LESSON_COREDNS.addresses[0] ?? '';
    const what: readonly Happening[] = [{ kind: 'endpoint-gone', address: gone }, { kind: 'kube-proxy-synced' }];
    const lookups = Array.from({ length: 6 }, () => look('kubernetes.default.svc.cluster.local.'));
    const recording = run({ node: LESSON_CLUSTER, events: what.map((one) => ({ atMs: 0, what: one })), lookups }, WITHOUT_CACHE);
    expect(kinds(recording)).toEqual(lookups.map(() => 'resolved'));
    expect(recording.entries.filter(({ reply }) => reply.includes(gone))).toEqual([]);
    expect(recording.entries.length).toBe(6);
  });
});

it('nobody listens where the Corefile binds only addresses that the node lacks', () => {
  const corefile = '.:53 {\n    bind 169.254.20.10\n    whoami\n}\n';
  const recording = run({ cache: { ...WHOLE_CACHE, localAddress: false, corefile }, lookups: [look('kubernetes.default.')] });
  expect(kinds(recording)).toEqual(['refused']);
});

describe('what happens meanwhile', () => {
  const at = (atMs: number, what: Happening) => ({ atMs, what });
  const name = 'kubernetes.default.svc.cluster.local.';
  const lookups = [0, 2000, 4000].map((atMs) => look(name, { start: { kind: 'at', atMs } }));

  it('a killed agent leaves everybody without an answer; one that is started answers again', () => {
    const recording = run({ lookups, events: [at(1000, { kind: 'agent-killed' }), at(3000, { kind: 'agent-started', rulesAfterMs: 0 })] });
    expect(kinds(recording)).toEqual(['resolved', 'refused', 'resolved']);
  });

  it('the kernel ends the connections of a killed agent', () => {
    const recording = run({ lookups: lookups.slice(0, 2), events: [at(1000, { kind: 'agent-killed' })] });
    expect(recording.entries.map(({ state, isAssured }) => [state, isAssured])).toEqual([['TIME_WAIT', true]]);
  });

  it('one that is stopped leaves the node to kube-proxy', () => {
    const recording = run({ lookups, events: [at(1000, { kind: 'agent-stopped' })] });
    expect(kinds(recording)).toEqual(['resolved', 'resolved', 'resolved']);
    expect(recording.entries.filter(({ client }) => client !== undefined)).toHaveLength(2);
  });

  it('flushed rules lead nowhere until kube-proxy has written its own again', () => {
    const base = { ...WITHOUT_CACHE, node: LESSON_CLUSTER, cache: NO_CACHE };
    const recording = run({ lookups: lookups.slice(1), events: [at(1000, { kind: 'rules-flushed' }), at(3000, { kind: 'kube-proxy-synced' })] }, base);
    expect(kinds(recording)).toEqual(['resolved', 'resolved']);
    expect(recording.lookups.map(({ elapsedMs }) => Math.round(elapsedMs))).toEqual([5001, 1]);
  });
});

describe('two processors', () => {
  const lookups = Array.from({ length: 10 }, () => look('kubernetes.default.svc.cluster.local.'));
  const wait = ({ lookups: all }: Recording): number => all.filter(({ elapsedMs }) => elapsedMs >= 5000).length;

  it('lose one of two queries of a socket on Linux 4.18, and none where they come in turn', () => {
    expect(wait(run({ lookups, kernel: '4.18', sentAtOnce: 'interleaved' }, WITHOUT_CACHE))).toBeGreaterThan(0);
    expect(wait(run({ lookups, kernel: '4.18' }, WITHOUT_CACHE))).toBe(0);
    expect(wait(run({ lookups, kernel: '4.18', sentAtOnce: 'interleaved' }))).toBe(0);
  });
});

describe('a table that is full', () => {
  it('drops what it cannot track once all entries are assured, and evicts before', () => {
    const lookups = [look('name-{n}.default.svc.cluster.local.', { repeat: { times: 40, everyMs: 10 } })];
    const recording = run({ lookups, sysctls: { 'net.netfilter.nf_conntrack_max': '10' } }, WITHOUT_CACHE);
    expect(recording.entries.filter(({ end }) => end === 'evicted').length + reasons(recording).filter((why) => why === 'conntrack-table-full').length).toBeGreaterThan(0);
    expect(recording.lookups).toHaveLength(40);
  });
});

describe('a scenario that cannot be', () => {
  const { links, servers } = LESSON_SCENARIO;

  it.each<[string, Partial<Scenario>]>([
    ['lookups[0].client: there is no client "nobody" (there are dns-test)', { lookups: [look('a.', { client: 'nobody' })] }],
    ['lookups[0].call: of go only lookups for any family are modelled', { clients: [{ ...LESSON_POD, resolver: 'go' }], lookups: [look('a.', { call: 'ipv4-only' })] }],
    ['cache.agent: it cannot listen where it has no address; add one, or take it down', { cache: { ...NO_CACHE, agent: 'running' } }],
    ['kernel: "six" is no release of Linux; write 6.18', { kernel: 'six' }],
    ['clients[0].at.address: "pod" is no IP address', { clients: [{ ...LESSON_POD, at: { kind: 'pod', address: 'pod', device: 'veth' } }] }],
    ['clients[1].name: there are two clients "dns-test"', { clients: [LESSON_POD, LESSON_POD] }],
    ['node.objects: there is no file of objects "none.json" (there are cluster.json)', { node: { ...LESSON_CLUSTER, objects: 'none.json' } }],
    ["events[1].what: a folder's rules know no endpoints; take a node of kind cluster", { events: [{ atMs: 0, what: { kind: 'endpoint-gone', address: '192.168.196.4' } }, { atMs: 0, what: { kind: 'kube-proxy-synced' } }] }],
    ['watchedMs: NaN is no number from 0', { watchedMs: Number.NaN }],
    ['links.pod.delayMs: -1 is no number from 0', { links: { ...links, pod: { ...links.pod, delayMs: -1 } } }],
    ['links.uplink.lossShare: 1.5 is no number from 0 to 1', { links: { ...links, uplink: { ...links.uplink, lossShare: 1.5 } } }],
    ['links.uplink.largestBytes: 20 is no whole number from 68', { links: { ...links, uplink: { ...links.uplink, largestBytes: 20 } } }],
    ['lookups[0].start.atMs: -1 is no number from 0', { lookups: [look('a.', { start: { kind: 'at', atMs: -1 } })] }],
    ['lookups[0].repeat.times: Infinity is no whole number from 1 to 100000', { lookups: [look('a.', { repeat: { times: Infinity, everyMs: 1 } })] }],
    ['servers[0].addresses: there is none: nobody could ask it', { servers: servers.map((server) => ({ ...server, addresses: [] })) }],
    ['servers[0].delayMs: Infinity is no number from 0', { servers: servers.map((server) => ({ ...server, delayMs: Infinity })) }],
    ['servers[0].habits[0].for.share: 2 is no number from 0 to 1', { servers: servers.map((server) => ({ ...server, habits: [{ for: { share: 2 }, does: { kind: 'silent' } }] })) }],
    ['events[0].atMs: NaN is no number from 0', { events: [{ atMs: Number.NaN, what: { kind: 'rules-flushed' } }] }],
    ['events[0].what.rulesAfterMs: -5 is no number from 0', { events: [{ atMs: 0, what: { kind: 'agent-started', rulesAfterMs: -5 } }] }],
  ])('says where, and how to mend it: %s', (told, broken) => {
    const [, path = '', reason = ''] = /^(\S+): (.*)$/.exec(told) ?? [];
    expect(() => run(broken)).toThrow(new ScenarioError(path, reason));
  });
});

describe('a recording', () => {
  it('goes on for as long as there is something to look up', () => {
    const HOURS = 3_600_000;
    const recording = run({ lookups: [look('kubernetes.default.'), { ...look('kubernetes.default.'), start: { kind: 'at', atMs: 3 * HOURS } }] });
    expect(recording.lookups.map(({ startedAtMs }) => startedAtMs)).toEqual([1000, 3 * HOURS]);
  });

  it('is told of a program of the node as of a pod', () => {
    const clients = [{ ...LESSON_POD, name: 'daemon', at: { kind: 'host' } as const }];
    const text = describeRecording(run({ clients, lookups: [look('kubernetes.default.svc.cluster.local.', { client: 'daemon' })] }));
    expect(text).toContain("The process's first query, A kubernetes.default.svc.cluster.local.:");
    expect(text).toContain('  A kubernetes.default.svc.cluster.local.: cache miss; 10.96.0.1, from node-cache');
  });

  it('tells of each lookup what came of its own questions, where many are under way', () => {
    const at = (atMs: number) => ({ start: { kind: 'at', atMs } as const });
    const text = describeRecording(run({ lookups: [{ ...look('example.com.'), ...at(0) }, { ...look('kubernetes.default.svc.cluster.local.'), ...at(0) }, { ...look('example.com.'), ...at(30) }] }));
    const lines = text.slice(text.findIndex((line) => line.startsWith('Lookup 1')), text.findIndex((line) => line.startsWith('Lookup 3')) + 3);
    expect(lines.map((line) => line.replace(/, after .*/, ''))).toEqual([
      'Lookup 1 of example.com.: example.com. is 198.51.100.14 and 2001:db8::14',
      '  A example.com.: cache miss; 198.51.100.14, from node-cache',
      '  AAAA example.com.: cache miss; 2001:db8::14, from node-cache',
      'Lookup 2 of kubernetes.default.svc.cluster.local.: kubernetes.default.svc.cluster.local. is 10.96.0.1',
      '  A kubernetes.default.svc.cluster.local.: cache miss; 10.96.0.1, from node-cache',
      '  AAAA kubernetes.default.svc.cluster.local.: cache miss; no such record, from node-cache',
      'Lookup 3 of example.com.: example.com. is 198.51.100.14 and 2001:db8::14',
      '  A example.com.: cache hit (success); 198.51.100.14, from node-cache',
      '  AAAA example.com.: cache hit (success); 2001:db8::14, from node-cache',
    ]);
  });
});
