import { InputError } from '@nodelocal/netfilter-sim';
import type { Address, CapturedNode, NodeSnapshot } from '@nodelocal/netfilter-sim';
import { LESSON } from '../cluster/lesson.ts';
import { podResolvConf } from '../cluster/kubelet.ts';
import { compareScenarios, play } from '../compare/comparison.ts';
import { tellComparison } from '../report/story/tell.ts';
import { NO_CACHE, WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { CacheParts } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { serversFor } from './servers.ts';
import { surroundingsOf } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';
import type { AskedName } from './asked-name.ts';
import type { Walked } from './walked.ts';

const FOLDER = 'node';
const POD = 'the pod';

/** Labels of 1 to 63 octets, 253 in all. */
const NAME = /^(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/i;

/** A name looked up twice by a pod of the node, and beside that the same without the node's cache. */
export const lookUp = (snapshot: NodeSnapshot, node: CapturedNode, asked: AskedName, seed: number): Walked => {
  if (!NAME.test(asked.name)) {
    throw new InputError({ file: 'the name to look up', line: 1, column: 1 }, `"${asked.name}" is no name`, 'write it like kubernetes.default or example.com');
  }
  const around = surroundingsOf(node, asked);
  if (around === undefined) {
    throw new InputError({ file: 'ip-route.json', line: 1, column: 1 }, 'no pod is found on this node that could look a name up', 'add ip-addr.json, ip-link.json and ip-route.json, or walk a packet instead');
  }
  const cache = cacheOf(node, asked);
  const here = scenarioFor('on this node', cache.parts, asked, around);
  const bare = scenarioFor('without NodeLocal DNSCache', NO_CACHE, asked, around);
  const inputs = { folders: { [FOLDER]: { snapshot, corefile: asked.corefile ?? '', resolvConf: asked.resolvConf ?? '' } }, objects: {} };
  const told = tellComparison(compareScenarios((cache.canBeTakenAway ? [here, bare] : [here]).map((scenario) => play(scenario.name, scenario, inputs, seed))));
  return { stories: told.stories, assumptions: told.assumptions, notes: [...around.notes, ...cache.notes] };
};

/** What of a cache is on the node; only one at the usual addresses can be played. */
const cacheOf = ({ host }: CapturedNode, { corefile }: AskedName): { readonly parts: CacheParts; readonly canBeTakenAway: boolean; readonly notes: readonly string[] } => {
  const own = host.interfaces.find(({ name }) => name === LESSON.cacheDevice)?.addresses.map(({ address }) => address) ?? [];
  if (own.length === 0) return { parts: NO_CACHE, canBeTakenAway: false, notes: [] };
  const usual: readonly Address[] = [LESSON.localDns, LESSON.clusterDns];
  const strange = own.filter((address) => !usual.includes(address));
  if (strange.length > 0) {
    return { parts: { ...WHOLE_CACHE, agent: 'down' }, canBeTakenAway: false, notes: [`the cache is at ${strange.join(' and ')}, and only one at ${usual.join(' and ')} is modelled in a lookup: it says nothing here`] };
  }
  const [localAddress, clusterIp] = usual.map((address) => own.includes(address));
  return {
    parts: { ...WHOLE_CACHE, localAddress: localAddress === true, clusterIp: clusterIp === true, agent: corefile === undefined ? 'down' : 'running' },
    canBeTakenAway: true,
    notes: corefile === undefined ? ['there is no corefile, so the cache does not run here: nobody listens at its addresses'] : [],
  };
};

const LOOKUP = { client: POD, call: 'any-family' } as const;

const scenarioFor = (name: string, cache: CacheParts, asked: AskedName, around: Surroundings): Scenario => ({
  name,
  question: `what becomes of ${asked.name}?`,
  expect: '',
  node: { kind: 'folder', folder: FOLDER },
  kernel: '6.18',
  sentAtOnce: 'in-turn',
  sysctls: {},
  rules: [],
  cache,
  clients: [
    {
      name: POD,
      at: { kind: 'pod', ...around.pod },
      resolver: 'glibc',
      resolvConf: podResolvConf('default', { servers: [around.clusterDns], domain: 'cluster.local' }),
    },
  ],
  servers: serversFor(asked.name, around),
  links: { pod: { delayMs: 0.02, lossShare: 0 }, uplink: { delayMs: 0.4, lossShare: 0 } },
  lookups: [
    { ...LOOKUP, name: asked.name, start: { kind: 'at', atMs: 0 } },
    // The second time an answer can come from a cache.
    { ...LOOKUP, name: asked.name, start: { kind: 'after', afterMs: 1000 } },
  ],
  events: [],
  watchedMs: 0,
  expectations: [],
  seed: 1,
});
