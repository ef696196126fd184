import { NO_CACHE, WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Client } from '../scenario/client.ts';
import type { ScenarioLookup } from '../scenario/lookup.ts';
import type { ClusterNode } from '../scenario/node-source.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { DnsServer } from '../scenario/server.ts';
import { LESSON } from './lesson.ts';

/** The lesson's pod. */
export const LESSON_POD: Client = {
  name: 'dns-test',
  at: { kind: 'pod', address: LESSON.pod.address, device: LESSON.pod.device },
  resolver: 'glibc',
  resolvConf: LESSON.resolvConf,
};

/** The two CoreDNS pods on other nodes. */
export const LESSON_COREDNS: DnsServer = {
  name: 'CoreDNS',
  addresses: LESSON.coredns,
  at: { kind: 'elsewhere', device: LESSON.uplink },
  knows: { kind: 'cluster', ...LESSON.names },
  habits: [],
  delayMs: 0.1,
};

/** The resolver in the node's resolv.conf; names of the world have addresses for documentation. */
export const LESSON_GATEWAY: DnsServer = {
  name: 'gateway',
  addresses: ['172.18.0.1'],
  at: { kind: 'elsewhere', device: LESSON.uplink },
  knows: { kind: 'outside', names: { 'example.com.': ['198.51.100.14', '2001:db8::14'], 'api.example.com.': ['198.51.100.15'] } },
  habits: [],
  delayMs: 20,
};

/** The lesson's node, made of its cluster's objects: what kube-proxy writes follows them. */
export const LESSON_CLUSTER: ClusterNode = {
  kind: 'cluster',
  objects: 'cluster.json',
  node: 'k01-worker',
  folder: 'kube-proxy',
  proxyMode: 'iptables',
  proxyFlags: ['--cluster-cidr', '192.168.0.0/16'],
};

/** One lookup, a second after the end of the one before. */
export const look = (name: string, more: Partial<ScenarioLookup> = {}): ScenarioLookup => ({
  client: LESSON_POD.name,
  name,
  call: 'any-family',
  start: { kind: 'after', afterMs: 1000 },
  ...more,
});

/** The lesson's lookup, twice: the second time an answer can come from a cache. */
const LESSON_LOOKUPS: readonly ScenarioLookup[] = [look('kubernetes.default', { start: { kind: 'at', atMs: 0 } }), look('kubernetes.default')];

/** What is said of scenarios in words. */
type Words = 'name' | 'question' | 'expect';

/** The lesson's node with its cache, and a pod that looks up what the lesson's reader looks up. */
export const LESSON_SCENARIO: Omit<Scenario, Words> = {
  node: { kind: 'folder', folder: LESSON.node },
  kernel: '6.18',
  sentAtOnce: 'in-turn',
  sysctls: {},
  rules: [],
  cache: WHOLE_CACHE,
  clients: [LESSON_POD],
  servers: [LESSON_COREDNS, LESSON_GATEWAY],
  links: { pod: { delayMs: 0.02, lossShare: 0 }, uplink: { delayMs: 0.4, lossShare: 0 } },
  lookups: LESSON_LOOKUPS,
  events: [],
  watchedMs: 0,
  expectations: [],
  seed: 1,
};

/** The same node before anybody installed the cache. */
export const WITHOUT_CACHE: Omit<Scenario, Words> = { ...LESSON_SCENARIO, cache: NO_CACHE };
